"""Observable state of the program, without widgets and without torch."""
