"""Class order: distances between classes and the placement of classes on the grid."""
