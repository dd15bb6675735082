"""Geometry of the poster: layout, patches, and sizes that fit a budget."""
