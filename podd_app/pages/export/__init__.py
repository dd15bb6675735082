"""The Export page: write files."""
