"""The poster canvas of the Poster page and the Run page."""
