"""The Poster place: draw the poster that will stand for a dataset."""
