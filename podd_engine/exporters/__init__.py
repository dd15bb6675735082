"""Exporters for posters: images, tensors, tables and a PyTorch dataset."""
