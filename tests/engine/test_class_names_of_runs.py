"""Runs identify their classes by name when folders are renamed, added, deleted or sorted in another way."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from data_samples import class_folders
from safetensors import safe_open
from safetensors.torch import save_file

import podd_engine
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import DataError, RunError
from podd_engine.runs import RunDirectory, distill, prepare_run, resume
from podd_engine.runs.bundle import load_bundle
from podd_engine.runs.checkpoint import load_checkpoint
from podd_engine.runs.class_names import complete_class_names
from podd_engine.runs.load_source import load_source
from podd_engine.runtime.events import Terminal

NAMES = ("2", "10", "caf\u00e9", "Swan")
SETTINGS = {
    "name": "folder",
    "dataset.name": "folder",
    "dataset.image_size": 8,
    "poster.width": 16,
    "poster.height": 16,
    "poster.class_columns": 2,
    "poster.class_rows": 2,
    "patches.columns": 3,
    "patches.rows": 3,
    "order.source": "index",
    "inner.patch_batch": 4,
    "network.width": 4,
    "network.depth": 1,
    "truncation.window": 2,
    "truncation.total": 3,
    "outer.steps": 2,
    "outer.real_batch": 8,
    "evaluation.every": 2,
    "evaluation.networks": 1,
    "evaluation.steps": [2],
    "compute.compile": "off",
    "compute.device": "cpu",
}


def config_of(folder: Path) -> DistillationConfig:
    return DistillationConfig().with_values({**SETTINGS, "dataset.path": str(folder)})


def poster_of(path: Path) -> torch.Tensor:
    return load_checkpoint(path / "checkpoint.safetensors", torch.device("cpu")).poster


def resume_to(path: Path, steps: int, cache: Path) -> torch.Tensor:
    notices: list[str] = []  # small test sets are reported
    *_, end = podd_engine.resume(path, steps=steps, cache=cache, notify=notices.append)
    assert end == Terminal("finished", steps)
    return poster_of(path)


@pytest.fixture
def birds(tmp_path: Path) -> Path:
    return class_folders(tmp_path / "birds", dict.fromkeys(NAMES, 8))


@pytest.fixture
def run(birds: Path, tmp_path: Path) -> Path:
    """Run of two outer steps with one evaluation."""
    list(distill(prepare_run(config_of(birds), tmp_path / "cache"), tmp_path / "run"))
    return tmp_path / "run"


def forget_names(run: Path, keep_best: bool) -> None:
    """Remove the class names from the files, as earlier versions wrote them."""
    directory = RunDirectory(run)
    config = directory.config.with_values({"dataset.classes": ()})
    directory.config_path.write_text(config.to_toml().replace("classes = []\n", ""), encoding="utf-8")
    with safe_open(directory.checkpoint_path, framework="pt") as file:
        metadata = json.loads(file.metadata()["checkpoint"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    del metadata["class_names"]
    save_file(tensors, directory.checkpoint_path, metadata={"checkpoint": json.dumps(metadata)})
    if not keep_best:
        directory.best_path.unlink()


@pytest.mark.parametrize(
    "renamed",
    [
        {"caf\u00e9": "cafe\u0301"},
        {"Swan": "swan"},
        {"Swan": "swan", "caf\u00e9": "CAFE\u0301"},
    ],
    ids=["unicode", "case and sorted position", "both"],
)
def test_resume_after_a_change_that_keeps_the_names_is_exact(
    run: Path, birds: Path, tmp_path: Path, renamed: dict[str, str]
) -> None:
    other = shutil.copytree(run, tmp_path / "other")
    expected = resume_to(run, 4, tmp_path / "cache")
    for old, new in renamed.items():
        (birds / old).rename(tmp_path / "moved")
        (tmp_path / "moved").rename(birds / new)
    assert torch.equal(resume_to(other, 4, tmp_path / "cache"), expected)
    assert load_bundle(other / "best.safetensors").class_names == RunDirectory(run).config.dataset.classes


def _rename(birds: Path) -> None:
    (birds / "Swan").rename(birds / "zebra")


def _remove_and_add(birds: Path) -> None:
    shutil.copytree(birds / "Swan", birds / "0")
    shutil.rmtree(birds / "Swan")


def _add(birds: Path) -> None:
    shutil.copytree(birds / "Swan", birds / "new")


def _remove(birds: Path) -> None:
    shutil.rmtree(birds / "Swan")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_rename, "missing: 'Swan'; additional: 'zebra'"),
        (_remove_and_add, "missing: 'Swan'; additional: '0'"),
        (_add, r"\(additional: 'new'\)"),
        (_remove, r"\(missing: 'Swan'\)"),
    ],
)
@pytest.mark.parametrize("earlier_version", [False, True])
def test_other_classes_are_reported_and_nothing_is_changed(
    run: Path, birds: Path, tmp_path: Path, change, message: str, earlier_version: bool
) -> None:
    if earlier_version:
        forget_names(run, keep_best=True)
    before = poster_of(run)
    bundle = shutil.copy(run / "best.safetensors", tmp_path / "poster.safetensors")
    change(birds)
    cache = tmp_path / "cache"
    with pytest.raises(DataError, match=message) as caught:
        podd_engine.resume(run, steps=4, cache=cache)
    assert "\n" not in str(caught.value)
    assert "; rename the classes, or choose" in str(caught.value)
    for source in (run, bundle):
        with pytest.raises(DataError, match=message):
            podd_engine.evaluate(source, networks=1, steps=2, cache=cache)
    with pytest.raises(DataError, match=message):
        podd_engine.load_dataset(podd_engine.load_poster(bundle).bundle.config.dataset, cache)
    assert torch.equal(poster_of(run), before)


def test_evaluation_follows_the_names_in_another_folder(run: Path, birds: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "birds"
    for index, name in enumerate(reversed(NAMES)):
        shutil.copytree(birds / name, other / (name.upper() if index % 2 else name))
    cache = tmp_path / "cache"
    expected = podd_engine.evaluate(run, device="cpu", cache=cache)
    assert podd_engine.evaluate(run, dataset_path=other, device="cpu", cache=cache) == expected


def test_earlier_run_without_names_keeps_the_text_order_of_its_folders(
    run: Path, birds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text_order = config_of(birds).with_values({"dataset.classes": tuple(sorted(NAMES))})
    list(distill(prepare_run(text_order, tmp_path / "cache"), tmp_path / "earlier"))
    same = shutil.copytree(tmp_path / "earlier", tmp_path / "same")
    expected = resume_to(tmp_path / "earlier", 4, tmp_path / "cache")
    forget_names(same, keep_best=False)
    assert RunDirectory(same).config.dataset.classes == ()
    assert complete_class_names(RunDirectory(same).config).dataset.classes == tuple(sorted(NAMES))
    assert load_source(same, tmp_path / "cache").class_names == tuple(sorted(NAMES))
    assert torch.equal(resume_to(same, 4, tmp_path / "cache"), expected)
    assert RunDirectory(same).config.dataset.classes == tuple(sorted(NAMES))


def test_config_with_other_names_than_the_checkpoint_is_reported(run: Path, tmp_path: Path) -> None:
    directory = RunDirectory(run)
    directory.save_config(
        directory.config.with_values({"dataset.classes": directory.config.dataset.classes[::-1]})
    )
    prepared = prepare_run(directory.config, tmp_path / "cache")
    with pytest.raises(RunError, match="lists other classes than the checkpoint"):
        resume(prepared, run)


def test_bundle_without_names_in_its_config_is_readable_by_earlier_versions(run: Path) -> None:
    with safe_open(run / "best.safetensors", framework="pt") as file:
        metadata = json.loads(file.metadata()["podd"])
    assert "classes" not in metadata["config"]["dataset"]
    names = load_bundle(run / "best.safetensors").config.dataset.classes
    assert list(names) == metadata["class_names"]
