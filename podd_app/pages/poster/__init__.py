"""The Poster page: set the poster size, class grid and patches."""
