"""Errors a person can act on: each message is one line saying what is wrong and what to do."""


class PoddError(Exception):
    """Base of every error whose message is meant for the person at the screen."""


class ConfigError(PoddError, ValueError):
    """A setting is unknown, out of range, or does not fit another setting."""


class DataError(PoddError):
    """A dataset is missing, incomplete or unreadable."""


class StorageError(PoddError):
    """A file cannot be written: the disk is full or the folder refuses."""


class RunError(PoddError):
    """A run directory, checkpoint or poster file cannot be used."""


class DeviceError(PoddError):
    """The requested device is not on this machine."""


class DivergedError(PoddError):
    """The loss stopped being a finite number."""


class OutOfMemoryError(PoddError):
    """There is not enough memory, however thriftily it is used."""


class CompileError(PoddError):
    """There is no compiler on this machine that works."""


class CancelledError(PoddError):
    """The person asked for the work to end."""
