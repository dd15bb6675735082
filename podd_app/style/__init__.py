"""Appearance: theme, colors, icons and number formats."""
