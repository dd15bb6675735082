"""Extraction of arrays and integers from a pickle without unpickling it.

`pickletools` lists the opcodes of a pickle in order. It creates no objects and calls no code from
the pickle. The opcodes are sufficient to read dictionaries of arrays and lists of integers.
"""

import pickletools

import numpy as np

from podd_engine.data.dataset import Images, Labels
from podd_engine.errors import DataError

INTEGER_OPCODES = frozenset({"BININT", "BININT1", "BININT2", "INT"})
BYTE_STRING_OPCODES = frozenset({"BINSTRING", "BINBYTES"})
BYTE_STRING_HEADER_BYTES = 5
"""Size of the opcode and the length field before the content of a byte string."""

LIST_OPCODES = frozenset({"EMPTY_LIST", "MARK", "BINPUT", "LONG_BINPUT", "APPEND", "APPENDS"})
"""Opcodes allowed between the integers of a list. Pickle appends integers in groups of 1,000."""


def read_integer_list(data: bytes, key: str) -> Labels:
    """Return the list of integers that follows the string ``key``, as int64.

    Raises:
        DataError: the pickle has no such list.
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
        raise DataError(f"the file has no list of integers named {key!r}; download the dataset again")
    return np.array(values, dtype=np.int64)


def read_byte_array(data: bytes, shape: tuple[int, int]) -> Images:
    """Return the first uint8 array with the given shape.

    Raises:
        DataError: the pickle has no such array.
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
            # The opcode before the byte string is NumPy's flag for Fortran (column-major) order.
            return flat.reshape(shape[::-1]).T if previous == "NEWTRUE" else flat.reshape(shape)
        previous = opcode.name
    raise DataError(f"the file has no uint8 array of shape {shape}; download the dataset again")
