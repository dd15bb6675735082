"""Tests of `load_source`: best poster of a run, poster of an unevaluated run, bundle file."""

from pathlib import Path

import numpy as np
import pytest
import torch

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import CancelledError, DataError, RunError
from podd_engine.runs import PreparedRun, RunDirectory, distill, prepare_run
from podd_engine.runs.bundle import load_bundle
from podd_engine.runs.load_source import load_source
from podd_engine.runs.loop import RunEvents
from podd_engine.runtime.events import PosterSnapshot


def run_steps(events: RunEvents, steps: int) -> PosterSnapshot:
    """Run a number of outer steps, stop the run, and return its last poster."""
    snapshot = None
    for event in events:
        if isinstance(event, PosterSnapshot):
            snapshot = event
            if event.step == steps:
                break
    events.close()
    assert snapshot is not None
    return snapshot


@pytest.fixture(scope="module")
def learned_run(engine_cache: Path) -> PreparedRun:
    """Prepared run with learned labels. Its first evaluation is later than any step in these tests."""
    settings = ["labels.kind=learned", "network.width=4", "network.depth=1", "order.source=index"]
    settings += [
        "truncation.window=2",
        "truncation.total=3",
        "outer.real_batch=16",
        "outer.learning_rate=0.1",
    ]
    return prepare_run(DistillationConfig().with_overrides(settings), engine_cache)


def test_run_directory_gives_its_best_poster(digits_run: Path) -> None:
    bundle, best = load_source(digits_run), load_bundle(digits_run / "best.safetensors")
    assert torch.equal(bundle.poster, best.poster)
    assert bundle.measured == best.measured
    assert bundle.measured


def test_bundle_file_is_loaded(digits_run: Path) -> None:
    bundle = load_source(digits_run / "best.safetensors")
    assert torch.equal(bundle.poster, load_source(digits_run).poster)


def test_run_without_evaluation_gives_its_last_poster_without_accuracy(
    learned_run: PreparedRun, engine_cache: Path, tmp_path: Path
) -> None:
    snapshot = run_steps(distill(learned_run, tmp_path / "run"), steps=2)
    bundle = load_source(tmp_path / "run", engine_cache)
    assert bundle.step == 2
    assert bundle.measured == ()
    np.testing.assert_array_equal(bundle.poster, snapshot.poster)
    np.testing.assert_allclose(bundle.patch_labels, snapshot.patch_labels, rtol=1e-6)
    assert bundle.class_names == tuple("0123456789")
    np.testing.assert_array_equal(bundle.grid, np.arange(10).reshape(2, 5))
    expected = learned_run.data.preprocessing.tensors
    for name, tensor in bundle.preprocessing.tensors.items():
        assert torch.equal(tensor, expected[name])


def test_reading_the_dataset_can_be_cancelled(learned_run: PreparedRun, tmp_path: Path) -> None:
    run_steps(distill(learned_run, tmp_path / "run"), steps=1)

    def stop(progress: object) -> None:
        raise CancelledError("enough")

    with pytest.raises(CancelledError):
        load_source(tmp_path / "run", tmp_path / "empty cache", stop)


def test_missing_dataset_of_an_unevaluated_run_is_named(
    learned_run: PreparedRun, engine_cache: Path, tmp_path: Path
) -> None:
    run_steps(distill(learned_run, tmp_path / "run"), steps=1)
    run = RunDirectory.open(tmp_path / "run")
    gone = run.config.with_values({"dataset.name": "folder", "dataset.path": str(tmp_path / "gone")})
    run.config_path.write_text(gone.to_toml(), encoding="utf-8")
    with pytest.raises(DataError, match="gone"):
        load_source(run.path, engine_cache)


def test_missing_path_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="gone: run or file not found"):
        load_source(tmp_path / "gone")


def test_folder_that_is_not_a_run_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a run directory"):
        load_source(tmp_path)


def test_run_without_a_checkpoint_has_no_poster(learned_run: PreparedRun, tmp_path: Path) -> None:
    RunDirectory.create(tmp_path / "run", learned_run.config)
    with pytest.raises(RunError, match="the run has no poster yet; wait for its first step"):
        load_source(tmp_path / "run")


def test_file_that_is_not_a_bundle_is_reported(digits_run: Path) -> None:
    with pytest.raises(RunError, match=r"config\.toml: this is a settings file \(TOML\), but a run folder"):
        load_source(digits_run / "config.toml")


def test_loading_does_not_modify_the_run(digits_run: Path) -> None:
    def files() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in digits_run.rglob("*")}

    before = files()
    load_source(digits_run)
    assert files() == before
