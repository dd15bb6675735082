"""Analyzes of one patch: gradient map, nearest real images, augmented versions."""
