"""Devices, precision, memory allocation, random streams, events and coroutines."""
