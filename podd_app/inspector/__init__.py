"""The panel that looks closely at what was clicked on a run's poster: a patch or a class."""
