"""File access: application folders, bundled resources, file names, text files, atomic writes, safetensors."""
