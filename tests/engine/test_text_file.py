"""Text files in the encodings that editors and spreadsheets write."""

import codecs

import pytest

from podd_engine.io.text_file import read_text

TEXT = "name = 'Übung'\nnote = 'naïve – “quoted”'\n"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "cp1252"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old-mac"])
def test_the_encoding_and_the_line_ends_are_detected(tmp_path, mark, encoding, line_end):
    path = tmp_path / "file.txt"
    path.write_bytes(mark + TEXT.replace("\n", line_end).encode(encoding))
    assert read_text(path) == TEXT


@pytest.mark.parametrize("text", ["猫,犬\n0,1\n", "emoji 🐈\n", ""])
def test_utf_8_text_in_any_script_is_read(tmp_path, text):
    path = tmp_path / "file.txt"
    path.write_text(text, encoding="utf-8")
    assert read_text(path) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01",
        b"PK\x03\x04\x14\0\0\0\x08\0",
        b"\x93NUMPY\x01\0v\0{'descr': '<f8'}",
        b"\0\0\x08\x03\0\0\xea\x60\0\0\0\x1c\0\0\0\x1c",
        b"\x81\x8d\x8f",
        codecs.BOM_UTF16_LE + b"a",
    ],
    ids=["png", "jpeg", "zip", "npy", "idx", "undefined", "half-character"],
)
def test_a_binary_file_is_refused(tmp_path, data):
    path = tmp_path / "file.bin"
    path.write_bytes(data)
    with pytest.raises(UnicodeError, match="not a text file"):
        read_text(path)


def test_a_missing_file_raises_the_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_text(tmp_path / "missing.txt")
