"""Errors with messages for users. Each message is one line with the cause and the remedy."""

import re

_CONTROL_CHARACTERS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029"  # control characters, and separators of lines and paragraphs
    "\u202a-\u202e\u2066-\u2069"  # changes of the writing direction
    "\ud800-\udfff]"  # surrogates, by which Python represents bytes that are not UTF-8
)

_OUT_OF_MEMORY_TEXTS = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "bad allocation",
    "aoti_torch_empty",
)
"""Parts of the messages of torch and C++ libraries when memory runs out."""


def printable_text(text: str) -> str:
    r"""Return ``text`` with control characters and undecodable bytes as escapes such as ``\n`` and ``\xf1``.

    The result controls no terminal, fits on one line, and can be encoded as UTF-8. All other characters
    stay unchanged.
    """
    return _CONTROL_CHARACTERS.sub(lambda match: _escape(match[0]), text)


def one_line_text(text: str) -> str:
    """Return ``text`` as printable text in which each line break and the spaces around it are one space."""
    return printable_text(re.sub(r"\s*[\r\n\t\v\f]\s*", " ", text).strip())


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, in a name from the file system
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape", "surrogatepass").decode() if code < 0xD800 else f"\\u{code:04x}"


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether ``error`` reports that memory ran out.

    On a GPU, torch raises a subclass of `RuntimeError`. On a CPU, torch raises a `RuntimeError` that only
    its message identifies.
    """
    if isinstance(error, RuntimeError):
        return any(text in str(error).lower() for text in _OUT_OF_MEMORY_TEXTS)
    return isinstance(error, MemoryError)


class PoddError(Exception):
    """Base class of all errors whose message is shown to the user."""

    def __str__(self) -> str:
        """Return the message as one printable line, also if it contains a name with control characters."""
        return one_line_text(super().__str__())


class ConfigError(PoddError, ValueError):
    """A setting is unknown, out of range, or inconsistent with another setting."""


class DataError(PoddError):
    """A dataset is missing, incomplete or unreadable."""


class StorageError(PoddError):
    """A file cannot be written, for example because the disk is full or the folder is not writable."""


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
