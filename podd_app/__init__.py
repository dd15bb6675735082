"""Graphical program: pick a dataset, draw a poster, watch the distillation, and export files."""
