"""Exporters: images, tensors, tables, and a torch dataset of a poster."""
