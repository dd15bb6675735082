"""File access: application folders, bundled resources, file names, atomic writes, safetensors."""
