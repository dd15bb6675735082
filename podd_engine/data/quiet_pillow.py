"""Pillow without messages on stderr, and with a size limit that follows the available memory."""

import ctypes
import logging
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

from PIL import Image, _imaging

from podd_engine.runtime.cpu_memory import available_cpu_memory_bytes

MIN_BYTES_PER_PIXEL = 8
"""Minimum memory for the limit. Pillow applies it to images inside of other files, such as icons."""

IGNORE_WARNINGS = ("ignore", None, Warning, re.compile(r"PIL\."), 0)
"""Entry of `warnings.filters` for the warnings of Pillow's modules."""

# Without a handler, Python prints the errors that Pillow logs.
logging.getLogger("PIL").addHandler(logging.NullHandler())


class _State:
    """Number of active contexts, and what the last one restores."""

    lock = threading.Lock()
    contexts = 0
    max_image_pixels: int | None = None
    tiff_error_handler: int | None = None


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Suppress the messages of Pillow and libtiff, and replace Pillow's size limit, in all threads.

    The contexts of several threads may overlap. `warnings.catch_warnings` would then restore an outdated list
    of filters. This context adds and removes a single entry instead. Outside of the context, other code in
    the process finds its own settings.
    """
    with _State.lock:
        if _State.contexts == 0:
            _State.max_image_pixels = Image.MAX_IMAGE_PIXELS
            # Pillow refuses images with more than twice this number of pixels.
            available = available_cpu_memory_bytes()
            Image.MAX_IMAGE_PIXELS = available // (2 * MIN_BYTES_PER_PIXEL)
            if set_tiff_error_handler := _tiff_error_handler_setter():
                _State.tiff_error_handler = set_tiff_error_handler(None)
        _State.contexts += 1
        filters = _filters()
        if not filters or filters[0] is not IGNORE_WARNINGS:
            filters.insert(0, IGNORE_WARNINGS)
    try:
        yield
    finally:
        with _State.lock:
            _State.contexts -= 1
            if _State.contexts == 0:
                Image.MAX_IMAGE_PIXELS = _State.max_image_pixels
                if set_tiff_error_handler := _tiff_error_handler_setter():
                    set_tiff_error_handler(_State.tiff_error_handler)
                filters = _filters()
                while IGNORE_WARNINGS in filters:
                    filters.remove(IGNORE_WARNINGS)


def _filters() -> list[Any]:
    return cast("list[Any]", warnings.filters)


@cache
def _tiff_error_handler_setter() -> Callable[[int | None], int | None] | None:
    """Return the function of libtiff that replaces the error handler, which prints to stderr.

    Returns:
        None if Pillow contains libtiff without its functions, as on Windows, or has no libtiff.
    """
    try:
        # The linker finds the functions of all libraries that Pillow loads.
        setter = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
    except (OSError, AttributeError):
        return None
    setter.argtypes, setter.restype = [ctypes.c_void_p], ctypes.c_void_p
    return cast("Callable[[int | None], int | None]", setter)
