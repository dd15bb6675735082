"""Compiled steps equal eager steps in float64; runs continue without a working compiler."""

import os
import subprocess
import sys
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from podd_engine import runs
from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation import compiled_step
from podd_engine.distillation.compile_policy import should_compile
from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.evaluator import evaluate_state
from podd_engine.distillation.real_data import RealData
from podd_engine.errors import CancelledError, CompileError
from podd_engine.networks import winograd
from podd_engine.progress import Progress, ignore_progress
from podd_engine.runs.preparation import PreparedRun, compile_if_worthwhile
from podd_engine.runtime.coroutines import run_to_completion

SETTINGS = {
    "network.width": 4,
    "network.depth": 1,
    "inner.patch_batch": 6,
    "truncation.window": 7,
    "truncation.total": 9,
    "outer.real_batch": 12,
    "compute.micro_batch": 5,
    "compute.precision": "float64",
    # Cropped images have other strides than flipped ones.
    "augmentation.patches": ("rotate", "flip", "crop"),
    "augmentation.real": ("crop",),
    "labels.kind": "learned",
}


def small_distiller(**changes: object) -> Distiller:
    config = load_preset("digits").with_values(SETTINGS | changes)
    source = torch.Generator().manual_seed(0)
    images = torch.randn(30, 3, 8, 8, dtype=torch.float64, generator=source)
    data = RealData(images, torch.arange(30) % 10)
    return Distiller(config, data, data, np.arange(10).reshape(2, 5))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        pytest.param({"inner.optimizer": "sgd", "network.depth": 3}, marks=pytest.mark.slow),
        pytest.param({"compute.kept_memory": 1, "network.depth": 3}, marks=pytest.mark.slow),
    ],
)
def test_compiled_steps_equal_eager_ones(changes: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winograd, "MIN_CHANNELS", 4)
    distiller = small_distiller(**changes)
    state = distiller.init_state(0)
    expected, report = distiller.step(state)
    reported: list[Progress] = []
    distiller.compile(reported.append)
    assert [progress.done for progress in reported] == list(range(reported[0].total + 1))
    for memory in (distiller.kept_memory, 0):  # with and without cached steps
        distiller.kept_memory = memory
        found, compiled_report = distiller.step(state)
        assert compiled_report.loss == pytest.approx(report.loss, rel=1e-12)
        assert compiled_report.gradient_norm == pytest.approx(report.gradient_norm, rel=1e-9)
        # After one Adam step, the poster only shows signs of the gradient. The first moment is
        # proportional to the gradient, so compare the moments.
        torch.testing.assert_close(found.poster_first, expected.poster_first, rtol=1e-9, atol=1e-14)
        torch.testing.assert_close(found.labels_first, expected.labels_first, rtol=1e-9, atol=1e-14)


def test_cancel_during_compilation() -> None:
    def cancel(progress: Progress) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        small_distiller().compile(cancel)


def test_run_continues_without_a_working_compiler(
    monkeypatch: pytest.MonkeyPatch, engine_cache: Path
) -> None:
    def broken(*arguments: object) -> None:
        raise CompileError("the inner step cannot be compiled on this machine (no compiler)")

    monkeypatch.setattr(compiled_step, "_trace_and_compile", broken)
    notices: list[str] = []
    config = DistillationConfig().with_overrides(["order.source=index", "compute.compile=on"])
    prepared = runs.prepare_run(config, engine_cache, notify=notices.append)
    assert not prepared.distiller.compiled
    assert notices[-1].startswith("Running without compilation, which is slower: the inner step cannot be")


@pytest.mark.parametrize(
    ("preset", "changes", "expected"),
    [
        ("cifar10-0.9ipc", {}, True),
        ("cifar10-laptop", {}, True),
        ("cifar10-laptop", {"outer.steps": 5}, False),
        ("cifar10-laptop", {"compute.compile": "off"}, False),
        ("digits", {"outer.steps": 5, "compute.compile": "on"}, True),
    ],
)
def test_only_long_runs_compile_by_default(preset: str, changes: dict[str, object], expected: bool) -> None:
    assert should_compile(load_preset(preset).with_values(changes)) is expected


def test_networks_trained_in_parallel_equal_networks_trained_in_sequence() -> None:
    changes = {"evaluation.networks": 3, "evaluation.steps": (2, 5), "compute.threads": 2}
    distiller = small_distiller(**changes)
    state = distiller.init_state(0)
    _, sequential, sequential_details = run_to_completion(evaluate_state(distiller, state))
    distiller.compile()
    _, parallel, parallel_details = run_to_completion(evaluate_state(distiller, state))
    for found, expected in zip(parallel.results, sequential.results, strict=True):
        assert found.test_accuracy == expected.test_accuracy
        assert found.train_loss == pytest.approx(expected.train_loss, rel=1e-9)
        assert found.test_accuracy_std == expected.test_accuracy_std
    np.testing.assert_array_equal(parallel_details.confusion, sequential_details.confusion)
    np.testing.assert_allclose(
        parallel_details.patch_predictions, sequential_details.patch_predictions, rtol=1e-6
    )


def test_importing_runs_does_not_import_the_compiler() -> None:
    # The compiler reads the location of its cache at import, and a run sets the location later.
    program = (
        "import sys, podd_engine.runs, podd_engine.estimate.worker; print('torch._inductor' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("folder", ["cache", "cache with spaces"])
def test_compiler_cache_is_set_unless_its_path_contains_a_space(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prepared_digits: PreparedRun
) -> None:
    """The compiler of torch inserts paths into a shell command without quotes."""
    cache_folders: list[str | None] = []
    monkeypatch.delenv("TORCHINDUCTOR_CACHE_DIR", raising=False)
    distiller = copy(prepared_digits.distiller)
    distiller.compile = lambda report: cache_folders.append(  # type: ignore[method-assign]
        os.environ.get("TORCHINDUCTOR_CACHE_DIR")
    )
    config = prepared_digits.config.with_overrides(["compute.compile=on"])
    prepared = replace(prepared_digits, config=config, distiller=distiller)
    compile_if_worthwhile(prepared, tmp_path / folder, ignore_progress, lambda text: None)
    assert cache_folders == [None if " " in folder else str(tmp_path / folder / "compiled")]
