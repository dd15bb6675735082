"""Picking arrays and numbers out of a pickle without unpickling it.

`pickletools` only names the opcodes of a pickle, one after the other; it builds no objects and calls
nothing. That is enough for dictionaries of arrays and lists of integers.
"""

import pickletools

import numpy as np

from podd_engine.data.dataset import Images, Labels
from podd_engine.errors import DataError

INTEGER_OPCODES = frozenset({"BININT", "BININT1", "BININT2", "INT"})
BYTE_STRING_OPCODES = frozenset({"BINSTRING", "BINBYTES"})
BYTE_STRING_HEADER_BYTES = 5
"""The opcode of a byte string and its length, which precede its bytes."""

LIST_OPCODES = frozenset({"EMPTY_LIST", "MARK", "BINPUT", "LONG_BINPUT", "APPEND", "APPENDS"})
"""What may stand between the integers of a list; they come in groups of a thousand."""


def read_integer_list(data: bytes, key: str) -> Labels:
    """The list of integers that follows the string ``key``, int64.

    Raises:
        DataError: there is none.
    """
    values: list[int] = []
    inside = False
    for opcode, argument, _ in pickletools.genops(data):
        if inside and opcode.name in INTEGER_OPCODES and argument is not None:
            values.append(argument)
        elif inside and opcode.name not in LIST_OPCODES:
            break
        elif argument == key:
            inside = True
    if not values:
        raise DataError(f"there is no list of integers {key!r} in the file; get the dataset again")
    return np.array(values, dtype=np.int64)


def read_byte_array(data: bytes, shape: tuple[int, int]) -> Images:
    """The one byte array of ``shape`` in the pickle, uint8.

    Raises:
        DataError: there is none.
    """
    size = shape[0] * shape[1]
    previous = ""
    for opcode, argument, position in pickletools.genops(data):
        if (
            opcode.name in BYTE_STRING_OPCODES
            and argument is not None
            and len(argument) == size
            and position is not None
        ):
            flat = np.frombuffer(data, dtype=np.uint8, count=size, offset=position + BYTE_STRING_HEADER_BYTES)
            # NumPy writes just before the bytes whether columns come first.
            return flat.reshape(shape[::-1]).T if previous == "NEWTRUE" else flat.reshape(shape)
        previous = opcode.name
    raise DataError(f"there is no array of {shape[0]} x {shape[1]} bytes in the file; get the dataset again")
