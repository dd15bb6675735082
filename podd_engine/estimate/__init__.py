"""Estimates of the time, memory and disk space of a run from a short measurement."""
