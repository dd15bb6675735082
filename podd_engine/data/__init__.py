"""Datasets: one file each, behind a registry, with one shape of result."""
