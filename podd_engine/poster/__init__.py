"""Geometry of the poster: layout, patches, and sizes for a budget."""
