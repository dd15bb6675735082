"""Devices, precision, random streams, events and cooperative tasks."""
