"""The Data page: choose a dataset and view its images."""
