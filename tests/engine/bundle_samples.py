"""Small synthetic color bundle that covers difficult cases."""

from pathlib import Path

import numpy as np
import torch

from podd_engine.config.schema import DistillationConfig
from podd_engine.data.preprocessing import Preprocessing
from podd_engine.runs.bundle import PosterBundle
from podd_engine.runs.training_recipe import TrainingRecipe

AWKWARD_NAMES = ("black_cat", 'comma, "quote"', "naïve", "猫", "x0", "line\nbreak")

MEASURED = ({"steps": 300, "test_accuracy": 0.5, "test_accuracy_std": 0.01, "train_loss": 1.25},)


def make_color_bundle(cache: Path) -> PosterBundle:
    """Create a bundle with six classes, 15 overlapping patches of 6 x 6 px, whitening and soft labels."""
    rng = np.random.default_rng(7)
    config = DistillationConfig.parse(
        {
            "dataset": {"name": "folder", "path": "somewhere", "image_size": 6, "classes": AWKWARD_NAMES},
            "poster": {"width": 20, "height": 14, "class_columns": 3, "class_rows": 2},
            "patches": {"columns": 5, "rows": 3},
            "inner": {"patch_batch": 15},
            "labels": {"kind": "learned"},
            "order": {"grid": [[2, 0, 1], [5, 4, 3]]},
        }
    )
    images = rng.integers(0, 256, (400, 6, 6, 3), dtype=np.uint8)
    # Correlated channels make the whitening matrix differ from a diagonal matrix.
    images[..., 1] = images[..., 0] // 2 + images[..., 1] // 2
    labels = np.exp(rng.normal(size=(15, 6)) * 8).astype(np.float32)
    return PosterBundle(
        poster=torch.from_numpy(rng.normal(size=(3, 14, 20)).astype(np.float32)),
        patch_labels=torch.from_numpy(labels / labels.sum(axis=1, keepdims=True)),
        preprocessing=Preprocessing.fit(images, "whitening", cache),
        config=config,
        dataset="somewhere",
        class_names=AWKWARD_NAMES,
        step=3,
        training=TrainingRecipe.of_run(config, MEASURED),
        measured=MEASURED,
        networks=2,
    )
