"""The distillation algorithm: inner loop, meta-gradient, labels, outer step, evaluation."""
