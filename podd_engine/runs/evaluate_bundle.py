"""Train and test networks of any architecture on a poster bundle."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from podd_engine.data.dataset import Images, Labels
from podd_engine.data.registry import load_dataset
from podd_engine.distillation.evaluation import evaluate
from podd_engine.distillation.real_data import RealData
from podd_engine.errors import DataError
from podd_engine.networks import build
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runs.bundle import PosterBundle
from podd_engine.runs.bundle_training import make_distiller, set_up_torch
from podd_engine.runtime.coroutines import Computation
from podd_engine.runtime.events import LengthResult


@dataclass(frozen=True)
class EvaluationImages:
    """Real images with the preprocessing of a poster, float32 on the CPU.

    Args:
        train: training images for the real-training loss.
        test: all test images.
    """

    train: RealData
    test: RealData


def load_evaluation_images(
    bundle: PosterBundle, cache: Path | None = None, report: ProgressCallback = ignore_progress
) -> EvaluationImages:
    """Load the real images for an evaluation and apply the preprocessing of the poster.

    Args:
        bundle: poster bundle. Its config contains the dataset and the class names.
        cache: cache folder. None selects the default folder.
        report: receives the progress. Raising `CancelledError` from it stops the operation.

    Raises:
        DataError: the dataset is missing or unreadable, or its classes differ from those of the poster.
    """
    config = bundle.config
    dataset = load_dataset(config.dataset, cache, report)
    if dataset.class_names != bundle.class_names:  # several classes have the same name
        raise DataError(
            f"{dataset.name}: the classes differ from those of the poster; "
            "choose the dataset that the poster was distilled from"
        )

    def raw(images: Images, labels: Labels) -> RealData:
        return RealData(torch.from_numpy(images), torch.from_numpy(labels))

    train = raw(dataset.train_images, dataset.train_labels).random_subset(
        config.evaluation.train_images, config.seed
    )
    test = raw(dataset.test_images, dataset.test_labels)
    return EvaluationImages(
        *(RealData(bundle.preprocessing.apply(part.images), part.labels) for part in (train, test))
    )


def check_architectures(bundle: PosterBundle, names: Sequence[str]) -> None:
    """Check that every architecture exists and accepts the poster's patches.

    Raises:
        ConfigError: an architecture is unknown, or the patches are too small for it.
    """
    for name in names:
        build(
            name,
            channels=len(bundle.poster),
            classes=len(bundle.class_names),
            image_size=bundle.config.dataset.image_size,
            width=bundle.config.network.width,
            depth=bundle.config.network.depth,
        )


def evaluate_architecture(
    bundle: PosterBundle,
    architecture: str,
    images: EvaluationImages,
    *,
    networks: int,
    lengths: Sequence[int],
) -> Computation[tuple[LengthResult, ...]]:
    """Train newly initialized networks on a poster and test them. Pauses between inner steps.

    With the architecture, training lengths and number of networks of the run, this function repeats the
    evaluation of the run.

    Args:
        bundle: poster bundle. Its config contains the device and the training settings.
        architecture: name in the network registry.
        images: real images for the evaluation.
        networks: number of networks.
        lengths: training lengths in inner steps, ascending.

    Returns:
        One result per training length: means and standard deviations over the networks.

    Raises:
        ConfigError: the architecture is unknown, or the patches are too small for it.
        DeviceError: the device is not available on this machine.
    """
    set_up_torch(bundle)
    distiller, state = make_distiller(bundle, images.train, images.test, architecture)
    train_images = bundle.config.evaluation.train_images
    evaluated = yield from evaluate(
        distiller, state, networks=networks, lengths=lengths, train_images=train_images
    )
    return evaluated.results
