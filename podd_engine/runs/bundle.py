"""The poster bundle: one .safetensors file from which a network can be trained and tested.

Tensors: ``poster`` [channels, height, width], ``patch_labels`` [patches, classes], ``windows``
[patches, 4], and the preprocessing's own under ``preprocessing.…``. Everything else is JSON in the
file's metadata.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from torch import Tensor

from podd_engine.config.schema import DistillationConfig
from podd_engine.data.preprocessing import PreparedData, Preprocessing
from podd_engine.errors import PoddError, RunError
from podd_engine.io.safetensors_file import save_tensors
from podd_engine.poster.layout import PosterLayout
from podd_engine.runtime.events import Evaluation, PosterSnapshot

FORMAT = 1
"""Raise when readers of this version could not read what a newer one writes."""


@dataclass(frozen=True, eq=False)
class PosterBundle:
    """A poster with all it takes to use it.

    Args:
        poster: float32 [channels, height, width], as trained.
        patch_labels: float32 [patches, classes], rows summing to 1.
        preprocessing: what real images go through before a network trained on the poster sees them.
        config: the run's config; its order.grid is the class order.
        dataset: name of the dataset.
        class_names: names by class index.
        step: outer steps the poster has had.
        measured: results of its evaluation, as in `LengthResult`; empty where there was none.
        networks: fresh networks measured.
    """

    poster: Tensor
    patch_labels: Tensor
    preprocessing: Preprocessing
    config: DistillationConfig
    dataset: str
    class_names: tuple[str, ...]
    step: int
    measured: tuple[dict[str, float], ...] = ()
    networks: int = 0

    @property
    def layout(self) -> PosterLayout:
        """Geometry of the poster."""
        return self.config.layout

    @property
    def grid(self) -> NDArray[np.int64]:
        """Class in each cell of the class grid, int64 [class rows, class columns]."""
        return np.array(self.config.order.grid, dtype=np.int64)


def make_bundle(
    config: DistillationConfig, data: PreparedData, snapshot: PosterSnapshot, report: Evaluation | None
) -> PosterBundle:
    """The bundle of a run's poster at a moment.

    Args:
        config: the run's config, with the class order in it.
        data: what the run distills.
        snapshot: the poster.
        report: its evaluation, if there was one at that moment.
    """
    return PosterBundle(
        poster=torch.from_numpy(snapshot.poster),
        patch_labels=torch.from_numpy(snapshot.patch_labels),
        preprocessing=data.preprocessing,
        config=config,
        dataset=data.dataset.name,
        class_names=data.dataset.class_names,
        step=snapshot.step,
        measured=tuple(asdict(result) for result in report.results) if report else (),
        networks=report.networks if report else 0,
    )


def save_bundle(path: Path, bundle: PosterBundle) -> None:
    """Write a bundle, atomically.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    tensors = {
        "poster": bundle.poster.float().contiguous(),
        "patch_labels": bundle.patch_labels.float().contiguous(),
        "windows": torch.from_numpy(bundle.layout.windows),
    }
    for name, tensor in bundle.preprocessing.to_tensors().items():
        tensors[f"preprocessing.{name}"] = tensor.contiguous().cpu()
    about: dict[str, Any] = {
        "format": FORMAT,
        "dataset": bundle.dataset,
        "class_names": bundle.class_names,
        "class_order": bundle.config.order.grid,
        "layout": asdict(bundle.layout),
        "preprocessing": bundle.preprocessing.kind,
        "step": bundle.step,
        "measured": bundle.measured,
        "networks": bundle.networks,
        "config": bundle.config.model_dump(mode="json"),
    }
    save_tensors(path, tensors, {"podd": json.dumps(about)})


def load_bundle(path: Path) -> PosterBundle:
    """Read a bundle; nothing in it is executed or unpickled.

    Raises:
        RunError: the file is missing, damaged, not a poster bundle, or of a newer format.
    """
    tensors, text = _read(path)
    if text is None:
        raise RunError(f"{path}: is not a poster bundle; give a file that podd export or a run has written")
    try:
        about = json.loads(text)
        written_by_newer = about["format"] > FORMAT
        bundle = None if written_by_newer else _assemble(tensors, about)
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise RunError(f"{path}: is damaged ({error}); export it again") from error
    except PoddError as error:
        raise RunError(f"{path}: {error}") from error
    if bundle is None:
        raise RunError(f"{path}: was written by a newer version; update this program to read it")
    if not _is_consistent(bundle):
        raise RunError(f"{path}: is damaged (its tensors do not fit its layout); export it again")
    return bundle


def _read(path: Path) -> tuple[dict[str, Tensor], str | None]:
    """The tensors of a file, and what it says about itself if it is a poster bundle."""
    if not path.is_file():
        raise RunError(f"{path}: there is no such file")
    try:
        with safe_open(path, framework="pt") as file:
            names = file.keys()
            return {name: file.get_tensor(name) for name in names}, (file.metadata() or {}).get("podd")
    except (SafetensorError, OSError) as error:
        raise RunError(f"{path}: cannot be read as a poster bundle ({error}); export it again") from error


def _assemble(tensors: dict[str, Tensor], about: dict[str, Any]) -> PosterBundle:
    prefix = "preprocessing."
    own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    return PosterBundle(
        poster=tensors["poster"],
        patch_labels=tensors["patch_labels"],
        preprocessing=Preprocessing.from_tensors(about["preprocessing"], own),
        config=DistillationConfig.parse(about["config"]),
        dataset=about["dataset"],
        class_names=tuple(about["class_names"]),
        step=about["step"],
        measured=tuple(about["measured"]),
        networks=about["networks"],
    )


def _is_consistent(bundle: PosterBundle) -> bool:
    """Whether the tensors have the sizes that the settings ask for."""
    layout = bundle.layout
    return (
        bundle.poster.shape[1:] == layout.poster[::-1]
        and bundle.patch_labels.shape == (layout.patches, layout.classes)
        and len(bundle.class_names) == layout.classes
    )
