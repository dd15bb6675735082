"""Every setting of a run: presets, the grouped form, a pasted command, files."""
