"""Configuration: schema, presets, dataset defaults, and import of published commands. Imports no torch."""
