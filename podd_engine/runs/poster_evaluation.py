"""Evaluation of a finished poster with one or several architectures."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from podd_engine.progress import Progress, ProgressCallback, ignore_progress
from podd_engine.runs.bundle import PosterBundle
from podd_engine.runs.evaluate_bundle import (
    EvaluationImages,
    check_architectures,
    evaluate_architecture,
    load_evaluation_images,
)
from podd_engine.runs.load_source import load_source
from podd_engine.runtime.events import LengthResult


@dataclass(frozen=True)
class ArchitectureResult(LengthResult):
    """Result of one architecture at the training length with the lowest loss on real training images.

    The inherited fields are the means and standard deviations over the networks at this length.

    Args:
        architecture: name of the architecture.
        networks: number of trained networks.
        lengths: results of all training lengths, in increasing order.
    """

    architecture: str
    networks: int
    lengths: tuple[LengthResult, ...]


def evaluate(
    path: str | PathLike[str],
    *,
    architectures: Sequence[str] | None = None,
    networks: int | None = None,
    steps: int | None = None,
    dataset_path: str | PathLike[str] | None = None,
    device: str = "auto",
    cache: Path | None = None,
    report: ProgressCallback = ignore_progress,
) -> list[ArchitectureResult]:
    """Train newly initialized networks on a poster and test them on real images.

    With the default arguments, the function repeats the evaluation of the run.

    Args:
        path: run directory or poster bundle (.safetensors). A run directory gives the best poster.
        architectures: names of the architectures. None uses the architecture of the run.
        networks: number of networks per architecture, at least 1. None uses ``evaluation.networks`` of
            the run.
        steps: training length in inner steps, at least 1. None uses all lengths in ``evaluation.steps``
            of the run.
        dataset_path: folder of the dataset. None uses the folder of the run.
        device: ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
        cache: cache folder. None uses the cache folder of the system.
        report: receives progress. A `CancelledError` raised by it ends the evaluation.

    Returns:
        One result per architecture, in the order of ``architectures``. Accuracies are between 0 and 1.

    Raises:
        ConfigError: an architecture does not exist or requires larger patches, or a number is invalid.
        DataError: the dataset is missing, is damaged, or has other classes than the poster.
        DeviceError: the device is not available.
        RunError: ``path`` is neither a run directory with a poster nor a poster bundle.

    Example:
        >>> import podd_engine
        >>> for result in podd_engine.evaluate("runs/digits-001", architectures=["convnet", "resnet18"]):
        ...     print(result.architecture, result.test_accuracy, result.test_accuracy_std)
    """
    bundle = load_source(Path(path), cache, report)
    values: dict[str, Any] = {
        "compute.device": device,
        "dataset.path": None if dataset_path is None else fspath(dataset_path),
        "evaluation.networks": networks,
        "evaluation.steps": None if steps is None else (steps,),
    }
    config = bundle.config.with_values({key: value for key, value in values.items() if value is not None})
    bundle = replace(bundle, config=config)
    names = [config.network.name] if architectures is None else list(architectures)
    check_architectures(bundle, names)
    images = load_evaluation_images(bundle, cache, report)
    return [_evaluate_architecture(bundle, name, images, report) for name in names]


def _evaluate_architecture(
    bundle: PosterBundle, name: str, images: EvaluationImages, report: ProgressCallback
) -> ArchitectureResult:
    """Evaluate one architecture and report its progress in inner steps."""
    networks, lengths = bundle.config.evaluation.networks, bundle.config.evaluation.steps
    training = evaluate_architecture(bundle, name, images, networks=networks, lengths=lengths)
    pause_points, done = networks * (lengths[-1] + len(lengths)), 0
    while True:
        try:
            next(training)
        except StopIteration as stop:
            results: tuple[LengthResult, ...] = stop.value
            break
        done += 1
        report(Progress(f"training {name}: step", min(done, pause_points), pause_points))
    chosen = min(results, key=lambda result: result.train_loss)
    return ArchitectureResult(**asdict(chosen), architecture=name, networks=networks, lengths=results)
