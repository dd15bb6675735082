"""The Settings page: all settings of a run and the presets."""
