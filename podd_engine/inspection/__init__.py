"""Analyses of a poster and its patches: gradient map, nearest real images, augmented versions."""
