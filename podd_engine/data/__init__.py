"""Datasets: one module per source, behind a registry, with one result type."""
