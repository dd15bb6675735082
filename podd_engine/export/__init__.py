"""What a person leaves with: bundles, images, tensors, tables."""
