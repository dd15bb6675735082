"""Class order: distances between classes, and placement of the classes on the poster grid."""
