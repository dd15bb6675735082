"""Configuration: schema, presets, defaults, and the published command line. Imports no torch."""
