"""The Library page: runs on disk."""
