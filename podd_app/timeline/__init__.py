"""Saved snapshots of a run: playback, thumbnails, and comparison."""
