"""Tests of the estimate: cost model, memory advice and measurement."""

from dataclasses import replace
from pathlib import Path

import pytest

from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation.truncation import TruncationSchedule
from podd_engine.errors import DataError, OutOfMemoryError
from podd_engine.estimate import worker
from podd_engine.estimate.activation_memory import measure_activation_bytes
from podd_engine.estimate.cost_model import StepCounts, StepTimings, build_estimate
from podd_engine.estimate.memory_fit import MemoryModel
from podd_engine.estimate.probe import longest_window, probe, probed_span
from podd_engine.estimate.worker import estimate_run
from podd_engine.runs import prepare_run
from podd_engine.runtime.memory import peak_memory_bytes

TIMINGS = StepTimings(
    undifferentiated=1.0,
    window=2.0,
    adjoint=5.0,
    real=0.5,
    outer=0.25,
    evaluation_step=0.1,
    evaluation_batch=0.02,
)
COUNTS = StepCounts(undifferentiated=7.5, window=10, real=4, network_groups=3, evaluation_batches=30)
MEMORY = MemoryModel(
    fixed_bytes=10**9,
    window_step=10**7,
    longest_window=10,
    stored_bytes=0,
    image_bytes=5 * 10**8,
    available=4 * 10**9,
    checkpoint=1000,
    bundle=5000,
    snapshot=300,
    real_image=10**6,
    micro_batch=64,
    patch=5 * 10**6,
    patches_at_once=48,
)
CONFIG = DistillationConfig().with_values(
    {"outer.steps": 250, "evaluation.every": 100, "evaluation.steps": (20, 50)}
)
SMALL = load_preset("digits").with_values(
    {
        "outer.steps": 7,
        "evaluation.every": 3,
        "evaluation.steps": (2, 4),
        "evaluation.networks": 2,
        "compute.device": "cpu",
        "compute.compile": "off",
        "order.source": "index",
    }
)


def test_estimate_is_the_sum_of_counts_times_durations() -> None:
    estimate = build_estimate(CONFIG, TIMINGS, COUNTS, MEMORY, 1.0, None)
    assert estimate.outer_step_seconds == pytest.approx(0.25 + 7.5 * 1 + 10 * (2 + 5) + 4 * 0.5)
    # Each group of networks trains once to the longest length and is evaluated at both lengths.
    assert estimate.evaluation_seconds == pytest.approx(3 * (50 * 0.1 + 2 * 30 * 0.02))
    assert estimate.evaluations == 3  # after steps 100, 200 and 250 (the last)
    assert estimate.seconds == pytest.approx(
        250 * estimate.outer_step_seconds + 3 * estimate.evaluation_seconds
    )
    assert estimate.peak_memory_bytes == 10**9 + 10 * 10**7 + 5 * 10**8
    assert estimate.advice == ""


def test_disk_estimate_counts_only_kept_snapshots() -> None:
    def disk_bytes(steps: int) -> int:
        config = CONFIG.with_values({"outer.steps": steps, "evaluation.every": 1})
        return build_estimate(config, TIMINGS, COUNTS, MEMORY, 1.0, None).disk_bytes

    assert disk_bytes(3) > 1000 + 5000 + 4 * 300
    early_growth, late_growth = disk_bytes(11) - disk_bytes(10), disk_bytes(1001) - disk_bytes(1000)
    assert early_growth - late_growth == 300


@pytest.mark.parametrize(
    ("settings", "memory", "advice"),
    [
        ({}, {"available": 1_055_000_000}, "lower truncation.window to 5"),
        ({"truncation.kind": "growing"}, {"available": 1_055_000_000}, "lower truncation.total to 5"),
        ({"compute.strategy": "stored"}, {"available": 1_055_000_000}, "set compute.strategy to auto"),
        ({"compute.kept_memory": 500}, {"available": 10**8}, "set compute.kept_memory to 0"),
        ({}, {"available": 2 * 10**9, "stored_bytes": 10**9}, "set compute.strategy to replayed"),
        ({}, {"available": 10**8}, "lower network.width or inner.patch_batch"),
        # Activations of real images take 2.56 GB of 2.8 GB. 0.9 * 2 - 0.24 - 0.1 GB are available for them.
        (
            {},
            {"fixed_bytes": 2_800_000_000, "micro_batch": 2560, "available": 2 * 10**9},
            "set compute.micro_batch to 1460",
        ),
        # Activations of patches take 2.4 GB. 0.9 * 2 - 0.1 - 0.1 GB are available, at 50 MB per patch.
        (
            {"inner.patch_batch": 48},
            {"fixed_bytes": 2_500_000_000, "patch": 50_000_000, "available": 2 * 10**9},
            "lower inner.patch_batch to 32",
        ),
        (
            {"network.width": 128},
            {
                "fixed_bytes": 1_400_000_000,
                "patch": 50_000_000,
                "patches_at_once": 24,
                "micro_batch": 1,
                "available": 10**9,
            },
            "lower network.width to 64",
        ),
        # Real images are mapped from files, so they may exceed the available memory.
        ({}, {"available": 1_200_000_000, "image_bytes": 10**12}, ""),
    ],
)
def test_advice_names_a_setting_that_makes_the_run_fit(
    settings: dict[str, object], memory: dict[str, int], advice: str
) -> None:
    config = CONFIG.with_values(settings)
    assert build_estimate(config, TIMINGS, COUNTS, replace(MEMORY, **memory), 1.0, None).advice == advice


def test_probe_counts_the_operations_and_restores_the_distiller(tmp_path: Path) -> None:
    distiller = prepare_run(SMALL, tmp_path).distiller
    before = distiller.truncation, distiller.real_batch
    timings, counts = probe(distiller)
    assert (distiller.truncation, distiller.real_batch) == before
    spans = [
        TruncationSchedule(SMALL.truncation, SMALL.seed, distiller.steps_per_epoch).span(n, 0)
        for n in range(7)
    ]
    assert counts.undifferentiated == pytest.approx(sum(span.undifferentiated for span in spans) / 7)
    assert counts.window == 10
    assert counts.real * distiller.micro_batch >= distiller.real_batch
    assert counts.network_groups == 2  # uncompiled networks train one after another
    assert counts.evaluation_batches == -(-len(distiller.test) // 50) + -(-len(distiller.train) // 50)
    assert all(value > 0 for name, value in vars(timings).items() if name != "outer")


def test_window_without_warm_up_steps_is_measured(tmp_path: Path) -> None:
    config = SMALL.with_values({"truncation.kind": "growing", "truncation.window": 2, "truncation.total": 3})
    distiller = prepare_run(config, tmp_path).distiller
    assert longest_window(config.truncation) == 3
    assert probed_span(distiller) == (0, 2)
    timings, counts = probe(distiller)
    assert counts.undifferentiated == 0
    assert 2 <= counts.window <= 3
    assert timings.adjoint > 0


@pytest.mark.parametrize("strategy", ["replayed", "stored", "auto"])
def test_run_is_estimated_for_each_strategy(tmp_path: Path, strategy: str) -> None:
    estimate = estimate_run(SMALL.with_values({"compute.strategy": strategy}), tmp_path)
    assert estimate.evaluations == 3
    assert estimate.compile_seconds is None
    assert 0 < estimate.outer_step_seconds < estimate.seconds
    assert estimate.peak_memory_bytes > 10**7
    assert 5_000 < estimate.disk_bytes < 10**6


def test_run_that_does_not_fit_is_rejected_with_a_suitable_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # All real images of the digits in one micro-batch, with a wide network and little memory.
    config = SMALL.with_values(
        {"network.width": 512, "outer.real_batch": 1437, "compute.micro_batch": 1437, "inner.patch_batch": 8}
    )
    activation_bytes = measure_activation_bytes(prepare_run(config, tmp_path).distiller)
    assert 4 * 512 * 64 < activation_bytes.real_image < activation_bytes.patch
    monkeypatch.setattr(
        worker, "available_memory_bytes", lambda device: peak_memory_bytes(device) + 300 * 10**6
    )
    with pytest.raises(OutOfMemoryError, match=r"needs .* GB are free; set compute.micro_batch to"):
        estimate_run(config, tmp_path)
    advised = advised_micro_batch(config, tmp_path)
    assert 16 <= advised < 1437
    assert estimate_run(config.with_values({"compute.micro_batch": advised}), tmp_path).outer_step_seconds > 0


def advised_micro_batch(config: DistillationConfig, cache: Path) -> int:
    """Return the micro-batch size in the error message, or 0 if the run fits."""
    try:
        estimate_run(config, cache)
    except OutOfMemoryError as error:
        return int(str(error).rsplit(" ", 1)[1])
    return 0


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (DataError("birds: folder does not exist"), "birds: folder does not exist"),
        (MemoryError(), "memory ran out"),
        (PermissionError(13, "Permission denied", "birds"), "birds: permission denied"),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
    ],
)
def test_process_answers_with_the_cause_of_any_failure(
    monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    def fail(config: DistillationConfig) -> None:
        raise error

    monkeypatch.setattr(worker, "estimate_run", fail)
    answer = worker.answer_request(load_preset("digits").model_dump_json())
    assert message in answer["error"]
