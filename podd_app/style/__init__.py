"""Appearance: theme, colors, icons, and the format of numbers."""
