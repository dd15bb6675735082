"""Distillation algorithm: inner loop, meta-gradient, soft labels, outer step and evaluation."""
