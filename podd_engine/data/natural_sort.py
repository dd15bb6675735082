"""Natural order of names: "2" comes before "10"."""

import re

_NUMBER = re.compile("([0-9]+)")


def natural_key(name: str) -> tuple[list[str | int], str]:
    """Return the sort key of a file name, folder name or class name.

    Numbers compare by value, and all other text compares by code point. The order therefore does not
    depend on the language of the system, and names without digits have the order of `sorted`.

    Args:
        name: any text.
    """
    parts = _NUMBER.split(name)
    key: list[str | int] = []
    for text, digits in zip(parts[::2], [*parts[1::2], None], strict=True):
        key.append(text)
        if digits is not None:
            number = digits.lstrip("0")
            # A longer number is larger. Python limits the length of numbers that it can convert.
            key += [len(number), number]
    return key, name
