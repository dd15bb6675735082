"""Files of the program and of the user: folders, names, atomic writes, tensors."""
