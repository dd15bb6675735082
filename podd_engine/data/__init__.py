"""Datasets: reading, downloading, caching and preprocessing."""
