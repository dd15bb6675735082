"""Values of settings given as text, as in ``--set outer.steps=50``. The type of a setting decides."""

import re
import tomllib
from typing import Any, get_args, get_origin

from podd_engine.errors import ConfigError

_SWITCH_WORDS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}

_BRACKETS = {"[": "]", "(": ")"}
_NO_ENTRIES = ("", "none")

_GROUP_SEPARATORS = "[,.'’_ \u00a0\u2009\u202f]"
"""Characters that separate groups of three digits in some country."""

_GROUPED_NUMBER = re.compile(
    rf"[+-]?[1-9]\d{{0,2}}(?P<separator>{_GROUP_SEPARATORS})\d{{3}}(?:(?P=separator)\d{{3}})*"
)
_ENGLISH_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")
_UNCLEAR_NUMBER = re.compile(r"(?P<whole>[+-]?[1-9]\d{0,2})(?P<mark>[.,])(?P<rest>\d{3})")
"""For example 10,000 and 10.000. One is ten thousand and the other is ten, which depends on the country."""

_GROUPED_DECIMAL = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+|[+-]?\d{1,3}(?:\.\d{3})+,\d+")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")


def parse_setting_text(key: str, text: str, annotation: Any) -> Any:
    """Return the value that ``text`` means for a setting.

    Texts and names stay as they are, also if they look like numbers or dates. Numbers may contain
    separators of thousands. Lists need no brackets. Text that has no clear meaning is returned unchanged,
    so that the validation of the config reports the text.

    Args:
        key: dotted key, for error messages.
        text: text after the equals sign.
        annotation: type of the setting.

    Raises:
        ConfigError: a number can be read in two ways.
    """
    text = text.strip()
    if get_origin(annotation) is tuple:
        return _parse_list(key, text, get_args(annotation)[0])
    text = _without_quotes(text)  # the Windows command prompt keeps single quotes
    if annotation is bool:
        return _SWITCH_WORDS.get(text.lower(), text)
    if annotation in (int, float):
        return _parse_number(key, text, annotation)
    return text


def _without_quotes(text: str) -> str:
    """Return the content of a TOML string, and other text unchanged."""
    if len(text) < 2 or text[0] not in "\"'" or text[-1] != text[0]:
        return text
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text[1:-1]  # for example a Windows path in double quotes
    # In a Windows path, "\b" and "\t" are no escapes.
    return value if isinstance(value, str) and value.isprintable() else text[1:-1]


def _parse_list(key: str, text: str, annotation: Any) -> Any:
    if _BRACKETS.get(text[:1]) == text[-1:]:
        try:
            return tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            text = text[1:-1]
    if text.strip().lower() in _NO_ENTRIES:
        return []
    if get_origin(annotation) is tuple:
        return text
    entries = re.split(r"[,;]", text) if re.search(r"[,;]", text) else text.split()
    return [parse_setting_text(key, entry, annotation) for entry in entries if entry.strip()]


def _parse_number(key: str, text: str, annotation: type) -> Any:
    if annotation is int and _ENGLISH_GROUPS.fullmatch(text):
        return int(text.replace(",", ""))
    unclear = _UNCLEAR_NUMBER.fullmatch(text)
    if unclear and (annotation is int or unclear["mark"] == ","):
        grouped, decimal = unclear["whole"] + unclear["rest"], f"{unclear['whole']}.{unclear['rest']}"
        choice = grouped if annotation is int else f"{grouped} or {decimal}"
        raise ConfigError(f"{key}: {text} can be read in two ways; write {choice}")
    try:
        value = None if "#" in text else tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if _GROUPED_NUMBER.fullmatch(text):
        return int(re.sub(_GROUP_SEPARATORS, "", text))
    if annotation is float and _GROUPED_DECIMAL.fullmatch(text):
        decimal_mark = max(",.", key=text.rfind)
        grouping_mark = ",.".replace(decimal_mark, "")
        return float(text.replace(grouping_mark, "").replace(decimal_mark, "."))
    if annotation is float and _DECIMAL_COMMA.fullmatch(text):
        return float(text.replace(",", "."))
    return text
