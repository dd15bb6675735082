"""Local lookup and download of the CLIP weights."""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podd_engine.class_order.distances import DistancesError, DistancesUnavailableError, error_summary
from podd_engine.errors import CancelledError
from podd_engine.io.file_kind import wrong_file_text
from podd_engine.io.os_errors import translate_read_errors
from podd_engine.io.user_path import user_path
from podd_engine.progress import Progress, ProgressCallback, ignore_progress

if TYPE_CHECKING:
    from tqdm.std import tqdm

REPOSITORY = "timm/vit_base_patch32_clip_224.openai"
"""Hugging Face repository from which open_clip downloads ViT-B/32 by OpenAI."""

WEIGHT_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
"""File names that open_clip accepts for the weights. The first one is downloaded."""

DOWNLOAD_HINT = "download them with 'podd order digits --download', or set order.file to their path"
"""Remedy in the error message for missing weights."""

PROGRESS_LABEL = "downloading the CLIP weights"


def find_clip_weights(file: str = "") -> Path:
    """Return the path of the CLIP weights, without network access.

    Args:
        file: path of a file of weights; empty: use the Hugging Face cache.

    Raises:
        DistancesError: ``file`` does not exist.
        DistancesUnavailableError: ``file`` is empty, and the cache has no weights.
    """
    from huggingface_hub import try_to_load_from_cache

    if file:
        path = user_path(file, DistancesError)
        with translate_read_errors(path, DistancesError):
            is_file, exists = path.is_file(), path.exists()
        if not exists:
            raise DistancesError(f"{path}: file does not exist; set order.file to a file of CLIP weights")
        if not is_file:
            raise DistancesError(wrong_file_text(path, "a file of CLIP weights"))
        return path
    for name in WEIGHT_FILES:
        cached = try_to_load_from_cache(REPOSITORY, name)
        if isinstance(cached, str):
            return Path(cached)
    raise DistancesUnavailableError(f"the CLIP weights are not on this machine ({DOWNLOAD_HINT})")


def download_clip_weights(report: ProgressCallback = ignore_progress) -> Path:
    """Download the CLIP weights (about 600 MB) to the Hugging Face cache, unless they are cached.

    After a connection error, the download resumes automatically a few times.

    Args:
        report: receives progress in bytes. It may raise `CancelledError` to cancel.

    Returns:
        Path of the weights.

    Raises:
        DistancesError: the download failed.
    """
    with suppress(DistancesUnavailableError):
        return find_clip_weights()
    # Downloads with the Xet protocol cannot be canceled.
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    from huggingface_hub import hf_hub_download

    report(Progress(PROGRESS_LABEL, 0, 0))
    try:
        return Path(hf_hub_download(REPOSITORY, WEIGHT_FILES[0], tqdm_class=_progress_bar(report)))
    except CancelledError:
        raise
    except Exception as error:  # the exception types depend on the HTTP library of huggingface_hub
        raise DistancesError(
            f"the CLIP weights cannot be downloaded ({error_summary(error)}); "
            "check the connection and try again, or set order.file to their path"
        ) from error


def _progress_bar(report: ProgressCallback) -> "type[tqdm]":
    """Return a tqdm class that prints nothing and passes its progress to ``report``."""
    from tqdm.std import tqdm

    class CallbackProgressBar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, "disable": True})

        def update(self, n: float | None = 1) -> None:
            self.n += n or 0
            report(Progress(PROGRESS_LABEL, int(self.n), int(self.total or 0)))

    return CallbackProgressBar
