"""Where distances between classes come from: one file a source. Imports no torch."""
