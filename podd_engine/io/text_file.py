"""Reading of text files that other programs wrote in various encodings."""

import codecs
from pathlib import Path

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    # The marks of UTF-32 come first, because the mark of UTF-16 LE is the start of the mark of UTF-32 LE.
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_LEGACY_ENCODING = "cp1252"
"""Encoding of files that are not UTF-8. Western European versions of Windows use it."""

_TEXT_CONTROL_CHARACTERS = frozenset("\t\n\r\v\f\x1a\x1b\x85")
"""Control characters that text files contain. Other control characters show that a file is binary."""


def read_text(path: Path) -> str:
    r"""Read a text file and detect its encoding.

    The encoding is UTF-8, UTF-16 or UTF-32 according to the byte order mark. Without a mark, it is UTF-16
    if the file contains zero bytes, UTF-8 if the file is valid UTF-8, and Windows-1252 otherwise.

    Args:
        path: the file.

    Returns:
        The content without byte order mark. Every line ends with ``"\n"``, also in files from Windows and
        old Macs.

    Raises:
        OSError: the file cannot be read.
        UnicodeError: the file is not a text file.
    """
    data = path.read_bytes()
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError:
        raise UnicodeError("it is not a text file") from None
    if any(ord(char) < ord(" ") and char not in _TEXT_CONTROL_CHARACTERS for char in set(text)):
        raise UnicodeError("it is not a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return encoding
    if b"\0" in data:
        # The high bytes of most letters are zero. They come second in little-endian order.
        return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _LEGACY_ENCODING
    return "utf-8"
