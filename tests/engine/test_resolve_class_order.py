"""Tests of the class order of a config outside a run."""

from pathlib import Path

import numpy as np
import pytest
from data_samples import class_folders

from podd_engine.class_order.resolve import class_order
from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.data import registry
from podd_engine.data.cifar_names import CIFAR10_NAMES
from podd_engine.errors import DataError
from podd_engine.runs import prepare_run


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty data folder, in which only the built-in datasets are available."""
    monkeypatch.setenv("PODD_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    "source", ["images", *(pytest.param(name, marks=pytest.mark.slow) for name in ("bundled", "index"))]
)
def test_order_equals_the_order_of_a_run(source: str) -> None:
    config = load_preset("digits").with_values({"order.source": source})
    found = class_order(config)
    prepared = prepare_run(config)
    np.testing.assert_array_equal(found.grid, prepared.order.grid)
    assert (found.source, found.cost) == (source, prepared.order.cost)
    assert found.names == prepared.data.dataset.class_names


def test_missing_named_dataset_uses_its_published_class_names() -> None:
    notices: list[str] = []
    config = load_preset("cifar10-laptop").with_values({"order.source": "bundled"})
    found = class_order(config, notify=notices.append)
    assert (found.source, found.names[0], len(notices)) == ("bundled", "airplane", 1)
    assert "CIFAR-10 is not at" in notices[0]


def test_image_distances_need_the_dataset() -> None:
    with pytest.raises(DataError, match="CIFAR-10 is not at"):
        class_order(load_preset("cifar10-laptop").with_values({"order.source": "images"}))


def test_missing_folder_has_no_published_class_names(tmp_path: Path) -> None:
    config = load_preset("cifar10-laptop").with_values({"dataset.path": str(tmp_path / "nothing")})
    with pytest.raises(DataError, match="nothing"):
        class_order(config)


def test_given_order_is_used_unchanged() -> None:
    grid = [[9, 8, 7, 6, 5], [4, 3, 2, 1, 0]]
    found = class_order(DistillationConfig().with_values({"order.grid": grid}))
    assert (found.grid.tolist(), found.source, found.cost) == (grid, "given", None)


def test_folder_that_replaces_a_dataset_with_renamed_classes_is_rejected(tmp_path: Path) -> None:
    names = [*CIFAR10_NAMES[:9], "lorry"]
    registry.save_user_folder("cifar10", class_folders(tmp_path / "things", dict.fromkeys(names, 2)))
    with pytest.raises(DataError, match="missing: 'truck'; additional: 'lorry'"):
        class_order(load_preset("cifar10-laptop").with_values({"order.source": "bundled"}))
