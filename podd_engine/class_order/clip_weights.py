"""Where the weights of CLIP are, and how they get here."""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podd_engine.class_order.distances import DistancesError, DistancesUnavailableError
from podd_engine.errors import CancelledError
from podd_engine.progress import Progress, ProgressCallback, ignore_progress

if TYPE_CHECKING:
    from tqdm.std import tqdm

REPOSITORY = "timm/vit_base_patch32_clip_224.openai"
"""Where open_clip has OpenAI's ViT-B/32 from, and the name of its folder in the Hugging Face cache."""

WEIGHT_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
"""Names open_clip knows its weights by; the first is fetched."""

DOWNLOAD_HINT = "fetch them with 'podd order digits --download', or name their file in order.file"
"""What to do where they are not here."""

PROGRESS_LABEL = "downloading the weights of CLIP"
"""What the progress of a download is called."""


def find_clip_weights(file: str = "") -> Path:
    """The file of CLIP weights: the one named, else the one in the Hugging Face cache. Asks no network.

    Args:
        file: path of a file of weights; empty: none is named.

    Raises:
        DistancesError: the named file is not there.
        DistancesUnavailableError: no file is named, and none is cached.
    """
    from huggingface_hub import try_to_load_from_cache

    if file:
        path = Path(file).expanduser()
        if not path.is_file():
            raise DistancesError(f"{path}: there is no such file; name a file of CLIP weights in order.file")
        return path
    for name in WEIGHT_FILES:
        cached = try_to_load_from_cache(REPOSITORY, name)
        if isinstance(cached, str):
            return Path(cached)
    raise DistancesUnavailableError(f"the weights of CLIP are not on this machine ({DOWNLOAD_HINT})")


def download_clip_weights(report: ProgressCallback = ignore_progress) -> Path:
    """Fetch the weights of CLIP (about 600 MB) into the Hugging Face cache, unless they are there.

    Where the connection breaks it is tried a few more times from where it was.

    Args:
        report: receives progress in bytes; raising `CancelledError` from it ends the download.

    Raises:
        DistancesError: the download failed.
    """
    with suppress(DistancesUnavailableError):
        return find_clip_weights()
    # The hub's other way of fetching large files cannot be cancelled.
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    from huggingface_hub import hf_hub_download

    report(Progress(PROGRESS_LABEL, 0, 0))
    try:
        return Path(hf_hub_download(REPOSITORY, WEIGHT_FILES[0], tqdm_class=_progress_bar(report)))
    except CancelledError:
        raise
    except Exception as error:  # the hub's HTTP library has errors of its own, of one name or another
        raise DistancesError(
            f"the weights of CLIP cannot be downloaded ({_one_line(error)}); "
            "check the connection and get them again, or name their file in order.file"
        ) from error


def _progress_bar(report: ProgressCallback) -> "type[tqdm]":
    """A progress bar, as the hub wants one, that draws nothing and tells ``report``."""
    from tqdm.std import tqdm

    class CallbackProgressBar(tqdm):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **words: Any) -> None:
            super().__init__(*arguments, **{**words, "disable": True})

        def update(self, n: float | None = 1) -> None:
            self.n += n or 0
            report(Progress(PROGRESS_LABEL, int(self.n), int(self.total or 0)))

    return CallbackProgressBar


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
