"""The poster canvas: what is drawn on it in Poster is what is watched on it in Run."""
