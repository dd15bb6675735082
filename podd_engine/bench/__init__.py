"""Benchmark of an outer step: contenders run in separate processes and take turns."""
