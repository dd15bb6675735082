"""Poster bundle: one .safetensors file with everything needed to train and test a network.

Tensors: ``poster`` [channels, height, width], ``patch_labels`` [patches, classes], ``windows``
[patches, 4], and the tensors of the preprocessing as ``preprocessing.…``. All other values are JSON in
the metadata of the file.
"""

import json
from dataclasses import asdict, dataclass, replace
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
from podd_engine.io.file_kind import wrong_file_text
from podd_engine.io.os_errors import read_error_text
from podd_engine.io.safetensors_file import save_tensors
from podd_engine.poster.layout import PosterLayout
from podd_engine.runs.class_names import record_class_names
from podd_engine.runs.training_recipe import TrainingRecipe
from podd_engine.runtime.events import Evaluation, PosterSnapshot

BUNDLE_EXPECTED = "a run folder or a poster bundle (.safetensors)"
"""What an error message names if another file is given."""

FORMAT = 1
"""Format version. Increase it when older readers can no longer read new files."""


@dataclass(frozen=True, eq=False)
class PosterBundle:
    """Poster with everything needed to train and test a network.

    Args:
        poster: poster as trained, float32 [channels, height, width].
        patch_labels: soft labels, float32 [patches, classes]. Each row sums to 1.
        preprocessing: preprocessing of real images before a network trained on the poster sees them.
        config: config of the run. ``order.grid`` contains the class order, and ``dataset.classes`` the
            class names.
        dataset: name of the dataset.
        class_names: class names by class index.
        step: number of outer steps that the poster was optimized for.
        training: recipe for training networks on the poster.
        measured: evaluation results with the fields of `LengthResult`. Empty before an evaluation.
        networks: number of newly initialized networks in the evaluation.
    """

    poster: Tensor
    patch_labels: Tensor
    preprocessing: Preprocessing
    config: DistillationConfig
    dataset: str
    class_names: tuple[str, ...]
    step: int
    training: TrainingRecipe
    measured: tuple[dict[str, float], ...] = ()
    networks: int = 0

    @property
    def layout(self) -> PosterLayout:
        """Geometry of the poster."""
        return self.config.layout

    @property
    def grid(self) -> NDArray[np.int64]:
        """Class index in each cell of the class grid, int64 [class rows, class columns]."""
        return np.array(self.config.order.grid, dtype=np.int64)


def make_bundle(
    config: DistillationConfig, data: PreparedData, snapshot: PosterSnapshot, evaluation: Evaluation | None
) -> PosterBundle:
    """Return the bundle of a run's poster at one outer step.

    Args:
        config: config of the run, including the class order.
        data: dataset and preprocessing of the run.
        snapshot: poster and labels at this outer step.
        evaluation: evaluation of this poster, or None.
    """
    measured = tuple(asdict(result) for result in evaluation.results) if evaluation else ()
    return PosterBundle(
        poster=torch.from_numpy(snapshot.poster),
        patch_labels=torch.from_numpy(snapshot.patch_labels),
        preprocessing=data.preprocessing,
        config=record_class_names(config, data.dataset.class_names),
        dataset=data.dataset.name,
        class_names=data.dataset.class_names,
        step=snapshot.step,
        training=TrainingRecipe.of_run(config, measured),
        measured=measured,
        networks=evaluation.networks if evaluation else 0,
    )


def save_bundle(path: Path, bundle: PosterBundle) -> None:
    """Write a bundle atomically.

    Raises:
        StorageError: the disk is full, or the folder is not writable.
    """
    tensors = {
        "poster": bundle.poster.float().contiguous(),
        "patch_labels": bundle.patch_labels.float().contiguous(),
        "windows": torch.from_numpy(bundle.layout.windows),
    }
    for name, tensor in bundle.preprocessing.to_tensors().items():
        tensors[f"preprocessing.{name}"] = tensor.contiguous().cpu()
    metadata: dict[str, Any] = {
        "format": FORMAT,
        "dataset": bundle.dataset,
        "class_names": bundle.class_names,
        "class_order": bundle.config.order.grid,
        "layout": asdict(bundle.layout),
        "preprocessing": bundle.preprocessing.kind,
        "step": bundle.step,
        "training": bundle.training.model_dump(mode="json"),
        "measured": bundle.measured,
        "networks": bundle.networks,
        # The class names are above. Earlier versions do not know them as a setting.
        "config": bundle.config.model_dump(mode="json", exclude={"dataset": {"classes"}}),
    }
    save_tensors(path, tensors, {"podd": json.dumps(metadata)})


def load_bundle(path: Path) -> PosterBundle:
    """Read a bundle. No content is executed or unpickled.

    Raises:
        RunError: the file is missing, damaged, not a poster bundle, or has a newer format.
    """
    tensors, text = _read(path)
    if text is None:
        raise RunError(wrong_file_text(path, BUNDLE_EXPECTED))
    try:
        metadata = json.loads(text)
        is_newer = metadata["format"] > FORMAT
        bundle = None if is_newer else _assemble(tensors, metadata)
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise RunError(f"{path}: the file is damaged ({error}); export it again") from error
    except PoddError as error:
        raise RunError(f"{path}: {error}") from error
    if bundle is None:
        raise RunError(f"{path}: written by a newer version; update podd-studio to read it")
    if not _is_consistent(bundle):
        raise RunError(f"{path}: the file is damaged (tensors do not match the layout); export it again")
    return replace(bundle, config=record_class_names(bundle.config, bundle.class_names))


def _read(path: Path) -> tuple[dict[str, Tensor], str | None]:
    """Return the tensors of a file and its bundle metadata. The metadata is None for other files."""
    if not path.is_file():
        raise RunError(f"{path}: file not found; check the path")
    try:
        with safe_open(path, framework="pt") as file:
            names = file.keys()
            return {name: file.get_tensor(name) for name in names}, (file.metadata() or {}).get("podd")
    except OSError as error:
        raise RunError(read_error_text(path, error)) from error
    except SafetensorError as error:
        if path.suffix != ".safetensors":
            raise RunError(wrong_file_text(path, BUNDLE_EXPECTED)) from error
        raise RunError(f"{path}: cannot read the poster bundle ({error}); export it again") from error


def _assemble(tensors: dict[str, Tensor], metadata: dict[str, Any]) -> PosterBundle:
    prefix = "preprocessing."
    preprocessing_tensors = {
        name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)
    }
    config, measured = DistillationConfig.parse(metadata["config"]), tuple(metadata["measured"])
    # Earlier versions recorded no recipe. The config and the evaluation determine theirs.
    recipe = metadata.get("training")
    training = TrainingRecipe.of_run(config, measured) if recipe is None else TrainingRecipe.parse(recipe)
    return PosterBundle(
        poster=tensors["poster"],
        patch_labels=tensors["patch_labels"],
        preprocessing=Preprocessing.from_tensors(metadata["preprocessing"], preprocessing_tensors),
        config=config,
        dataset=metadata["dataset"],
        class_names=tuple(metadata["class_names"]),
        step=metadata["step"],
        training=training,
        measured=measured,
        networks=metadata["networks"],
    )


def _is_consistent(bundle: PosterBundle) -> bool:
    """Whether the tensor sizes and the number of class names match the layout."""
    layout = bundle.layout
    return (
        bundle.poster.shape[1:] == layout.poster[::-1]
        and bundle.patch_labels.shape == (layout.patches, layout.classes)
        and len(bundle.class_names) == layout.classes
    )
