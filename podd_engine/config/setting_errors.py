"""Messages for unknown and invalid settings."""

from collections.abc import Collection
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from podd_engine.errors import ConfigError

MAX_LISTED_ERRORS = 3
"""Maximum number of errors in one message."""

MAX_SUGGESTIONS = 3

_NOT_UTF_8 = "not_utf_8"
_NOT_UTF_8_TYPES = (_NOT_UTF_8, "string_unicode")
"""Types of the errors of pydantic for texts that are not UTF-8."""


def unknown_setting_text(key: str, known: Collection[str]) -> str:
    """Return the message for a dotted key that does not exist.

    Args:
        key: the dotted key.
        known: all dotted keys.
    """
    spelled = key.strip().lower().replace("-", "_").replace(" ", "_")
    in_section = [name for name in known if name.startswith(f"{spelled}.")]
    if in_section:
        return f"{key}: this is a section; choose one of its settings, for example {in_section[0]}"
    last = spelled.rpartition(".")[2]
    same_name = [name for name in known if spelled == name or last == name.rpartition(".")[2]]
    suggested = same_name or _similar(spelled, known)
    guess = f"; did you mean {' or '.join(suggested[:MAX_SUGGESTIONS])}?" if suggested else ""
    return f"{key}: there is no such setting{guess}"


def _similar(spelled: str, known: Collection[str]) -> list[str]:
    """Return settings with a similar dotted key, or with a similar last part if ``spelled`` has one part."""
    if "." in spelled:
        return get_close_matches(spelled, known, n=1)
    by_last_part = {name.rpartition(".")[2]: name for name in known}
    return [by_last_part[last] for last in get_close_matches(spelled, by_last_part, n=1, cutoff=0.7)]


def not_utf_8_error() -> PydanticCustomError:
    """Return the error of a validator for a text that contains bytes that are not UTF-8."""
    return PydanticCustomError(_NOT_UTF_8, "the text is not UTF-8")


def validation_text(error: ValidationError, known: Collection[str]) -> str:
    """Return the errors of pydantic in the form ``path: message (got value)``.

    Args:
        error: error of the validation of a config.
        known: all dotted keys.
    """
    lines = []
    for item in error.errors():
        cause = item.get("ctx", {}).get("error")
        path = ".".join(str(part) for part in item["loc"])
        message = item["msg"][0].lower() + item["msg"][1:]
        if isinstance(cause, ConfigError):
            lines.append(str(cause))
        elif item["type"] == "extra_forbidden":
            lines.append(unknown_setting_text(path, known))
        elif item["type"] in _NOT_UTF_8_TYPES:
            lines.append(
                f"{path}: {item['input']} contains bytes that are not UTF-8, so it cannot be saved in "
                "settings; rename the file or folder"
            )
        else:
            lines.append(f"{path}: {message} (got {item['input']!r})")
    more = len(lines) - MAX_LISTED_ERRORS
    return "; ".join(lines[:MAX_LISTED_ERRORS]) + (f"; and {more} more errors" if more > 0 else "")
