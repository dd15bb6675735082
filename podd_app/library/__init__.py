"""The Library place: runs on disk."""
