"""Functions that run on background threads. They call the engine and do not use Qt."""
