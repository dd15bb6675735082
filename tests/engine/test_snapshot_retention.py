"""Tests of snapshot retention: first, best and last are kept, and the others are spread evenly."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from podd_engine.runs import PreparedRun, RunDirectory, distill, prepare_run
from podd_engine.runs.snapshot_retention import MAX_SNAPSHOTS, steps_to_keep
from podd_engine.runtime.events import PosterSnapshot


def test_all_snapshots_are_kept_below_the_limit() -> None:
    steps = [40, 0, 20, 60]
    assert steps_to_keep(steps, best=20, most=4) == [0, 20, 40, 60]
    assert steps_to_keep([], best=None) == []
    assert steps_to_keep([7], best=7) == [7]


@pytest.mark.parametrize("best", [None, 0, 25, 5025, 49_975, 50_000])
def test_first_best_and_last_are_kept(best: int | None) -> None:
    kept = steps_to_keep(range(0, 50_001, 25), best, most=10)
    assert len(kept) == 10
    assert {kept[0], kept[-1]} == {0, 50_000}
    assert best is None or best in kept


def test_repeated_pruning_spreads_steps_evenly_by_square_root() -> None:
    kept: list[int] = []
    best = None
    for step in range(0, 200_001, 100):
        if step % 700 == 0:
            best = step
        kept = steps_to_keep([*kept, step], best)
        assert len(kept) <= MAX_SNAPSHOTS
        assert {0, step} <= set(kept)
        assert best is None or best in kept
    # A former best step can be close to another step, but no gap is wide.
    gaps = np.diff(np.sqrt(kept))
    assert gaps.max() < 3 * np.sqrt(200_000) / MAX_SNAPSHOTS
    assert np.diff(kept)[: len(kept) // 4].max() < np.diff(kept)[-len(kept) // 4 :].max()


def test_run_keeps_first_best_and_last_snapshot(
    prepared_digits: PreparedRun, engine_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podd_engine.runs.directory.steps_to_keep", partial(steps_to_keep, most=4))
    config = prepared_digits.config.with_values({"evaluation.every": 1, "evaluation.steps": (5,)})
    for _ in distill(prepare_run(config, engine_cache), tmp_path / "run"):
        pass
    run = RunDirectory.open(tmp_path / "run")
    kept, best = run.snapshot_steps(), run.best_step()
    assert best is not None
    assert len(kept) == 4
    assert {0, best, 8} <= set(kept)


def test_pruning_works_with_an_unreadable_best_poster(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    assert run.best_step() is None
    for step in range(MAX_SNAPSHOTS + 5):
        run.save_snapshot(PosterSnapshot(step, np.zeros((1, 2, 2), np.float32), np.ones((1, 1), np.float32)))
    run.best_path.write_bytes(b"damaged")
    run.prune_snapshots()
    assert len(run.snapshot_steps()) == MAX_SNAPSHOTS
    assert {0, MAX_SNAPSHOTS + 4} <= set(run.snapshot_steps())
