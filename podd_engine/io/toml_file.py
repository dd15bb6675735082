"""Reading of TOML files."""

import tomllib
from pathlib import Path
from typing import Any

from podd_engine.errors import ConfigError
from podd_engine.io.file_kind import wrong_file_text
from podd_engine.io.os_errors import read_error_text
from podd_engine.io.text_file import read_text


def read_toml(path: Path, expected: str) -> dict[str, Any]:
    """Read a TOML file in any common text encoding.

    Args:
        path: the file.
        expected: what the error message names if the file is not TOML, for example
            ``"a settings file (TOML)"``.

    Raises:
        ConfigError: the file cannot be read, is of another kind, or is not valid TOML.
    """
    try:
        return tomllib.loads(read_text(path))
    except IsADirectoryError:
        raise ConfigError(wrong_file_text(path, expected)) from None
    except OSError as error:
        raise ConfigError(read_error_text(path, error)) from error
    except tomllib.TOMLDecodeError as error:
        if path.suffix.lower() == ".toml":
            raise ConfigError(f"{path}: is not valid TOML ({error}); correct the file") from None
        raise ConfigError(wrong_file_text(path, expected)) from None
    except UnicodeError:
        raise ConfigError(wrong_file_text(path, expected)) from None
