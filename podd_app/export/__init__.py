"""The Export place: leaving with files."""
