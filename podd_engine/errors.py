"""Errors with messages for users. Each message is one line with the cause and the remedy."""


class PoddError(Exception):
    """Base class of all errors whose message is shown to the user."""


class ConfigError(PoddError, ValueError):
    """A setting is unknown, out of range, or inconsistent with another setting."""


class DataError(PoddError):
    """A dataset is missing, incomplete or unreadable."""


class StorageError(PoddError):
    """A file cannot be written, because the disk is full or the folder is not writable."""


class RunError(PoddError):
    """A run directory, checkpoint or poster file is missing, damaged or incompatible."""


class DeviceError(PoddError):
    """The requested device is not available on this machine."""


class DivergedError(PoddError):
    """The loss is no longer finite."""


class OutOfMemoryError(PoddError):
    """Memory is insufficient even in the most economical mode."""


class CompileError(PoddError):
    """No working compiler is available on this machine."""


class CancelledError(PoddError):
    """The user canceled the operation."""
