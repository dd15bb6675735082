"""Qt integration: accessibility, garbage collection, file manager."""
