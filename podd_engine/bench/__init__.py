"""Benchmark of an outer step: contenders in separate processes, measured in alternation."""
