"""Adjustments of Qt: accessibility, garbage collection, the system's file manager."""
