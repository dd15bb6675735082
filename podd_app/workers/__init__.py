"""Functions that run on background threads. They call the engine and know no Qt widgets."""
