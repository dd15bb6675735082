"""Train newly initialized networks on a poster and evaluate them on real images."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.inner_loop import InnerState, PatchDraw, Patches
from podd_engine.distillation.real_data import RealData, ScoreFunction, score_network
from podd_engine.distillation.state import State
from podd_engine.distillation.step_functions import IGNORE_INDEX, score
from podd_engine.runtime.coroutines import Computation, run_concurrently
from podd_engine.runtime.device import choose_workers
from podd_engine.runtime.events import EvaluationDetails, LengthResult


class EvaluationResult(NamedTuple):
    """Result of `evaluate`.

    Args:
        results: one result per training length, with means and standard deviations over the networks.
        details: predictions of the networks at the training length with the lowest training loss.
    """

    results: tuple[LengthResult, ...]
    details: EvaluationDetails


class _Metrics(NamedTuple):
    """Metrics of one network at one training length: accuracies in [0, 1], mean cross-entropies."""

    test_accuracy: float
    test_loss: float
    train_accuracy: float
    train_loss: float


class _Predictions(NamedTuple):
    """Predictions of one network at one training length.

    Args:
        test_classes: int64 [test images], predicted classes.
        patch_probabilities: [patches, classes], predicted probabilities.
    """

    test_classes: Tensor
    patch_probabilities: Tensor


def evaluate(
    distiller: Distiller, state: State, *, networks: int, lengths: Sequence[int], train_images: int
) -> Computation[EvaluationResult]:
    """Train newly initialized networks on the poster and evaluate each at every training length.

    Random draws depend on (seed, outer step, network number). Their streams are separate from those of
    the distillation.

    Args:
        distiller: trains the networks.
        state: poster and labels.
        networks: number of networks, ≥ 1.
        lengths: training lengths in inner steps, in ascending order.
        train_images: maximum number of real training images to evaluate on.

    Returns:
        Metrics per training length and the details of one of them.
    """
    patches = distiller.inner_loop.cut_patches(state.poster, state.labels)
    train = distiller.train.random_subset(train_images, distiller.config.seed)
    training = [
        _train_and_evaluate(distiller, patches, (state.step, network), lengths, train)
        for network in range(networks)
    ]
    workers = parallel_networks(distiller, networks)
    if workers > 1:
        rows = yield from run_concurrently(training, workers)
    else:
        rows = []
        for network_training in training:
            rows.append((yield from network_training))
    by_length = list(zip(*rows, strict=True))
    results = tuple(
        _aggregate(steps, [metrics for metrics, _ in row])
        for steps, row in zip(lengths, by_length, strict=True)
    )
    best = min(range(len(lengths)), key=lambda number: results[number].train_loss)
    predictions = [network_predictions for _, network_predictions in by_length[best]]
    return EvaluationResult(results, _details(distiller, state.step, lengths[best], predictions))


def parallel_networks(distiller: Distiller, networks: int) -> int:
    """Return how many of ``networks`` networks train at the same time."""
    if distiller.compiled and distiller.device.type == "cpu" and not distiller.network.batch_norms:
        # Compiled steps share no state and release the GIL. Eager steps share one module.
        return min(networks, choose_workers(distiller.config))
    return 1


def evaluation_network(distiller: Distiller, address: tuple[int, int]) -> Tensor:
    """Return the parameters [parameter_count] of a newly initialized network of an evaluation.

    Args:
        distiller: determines the architecture.
        address: (outer step, network number).
    """
    return distiller.fresh_network("evaluation-network", *address)


def evaluation_draws(distiller: Distiller, address: tuple[int, int], steps: int) -> list[PatchDraw]:
    """Return the random draws of the inner steps of a network of an evaluation.

    Args:
        distiller: determines patches and augmentations.
        address: (outer step, network number).
        steps: longest training length. The draws of all steps depend on this number.
    """
    return distiller.draw_patches("evaluation-inner", *address, steps=steps)


def train_network(
    distiller: Distiller, patches: Patches, address: tuple[int, int], steps: int
) -> Iterator[InnerState]:
    """Train a newly initialized network as in an evaluation, and yield its state after every inner step.

    Args:
        distiller: trains the network.
        patches: patches and soft labels of the poster.
        address: (outer step, network number).
        steps: longest training length. The draws of all steps depend on this number.
    """
    inner = distiller.inner_loop.start(evaluation_network(distiller, address))
    for draw in evaluation_draws(distiller, address, steps):
        inner = distiller.inner_loop.step(inner, patches, draw)
        yield inner


def _train_and_evaluate(
    distiller: Distiller, patches: Patches, address: tuple[int, int], lengths: Sequence[int], train: RealData
) -> Computation[list[tuple[_Metrics, _Predictions]]]:
    """Train one network and evaluate it at every training length.

    Args:
        distiller: trains the network.
        patches: patches and soft labels of the poster.
        address: (outer step, network number).
        lengths: training lengths in inner steps, in ascending order.
        train: real training images to evaluate on.

    Returns:
        Metrics and predictions per training length.
    """
    ignored_labels = torch.full((len(patches.images),), IGNORE_INDEX, device=distiller.device)
    # Compiled scoring expects contiguous images. Patches are cut from the poster channel by channel, so
    # their memory layout differs.
    patch_data = RealData(patches.images.contiguous(), ignored_labels)
    evaluated = []
    for inner in train_network(distiller, patches, address, lengths[-1]):
        yield None
        if inner.step in lengths:
            with network_scorer(distiller, inner.parameters, patches.images) as network:
                on_test = yield from score_network(network, distiller.test)
                on_train = yield from score_network(network, train)
                on_patches = yield from score_network(network, patch_data)
                metrics = _Metrics(on_test.accuracy, on_test.loss, on_train.accuracy, on_train.loss)
                predictions = _Predictions(on_test.logits.argmax(dim=1), on_patches.logits.softmax(dim=1))
                evaluated.append((metrics, predictions))
    return evaluated


@contextmanager
def network_scorer(distiller: Distiller, parameters: Tensor, trained_on: Tensor) -> Iterator[ScoreFunction]:
    """Context manager that provides a function to score a network.

    Args:
        distiller: owns the network architecture and the step functions.
        parameters: flat parameters [parameter_count].
        trained_on: [patches, channels, height, width], training images of the network. The statistics of
            batch norms are computed from them.

    Yields:
        A function that maps images and labels to a `BatchScore`.
    """
    network = distiller.network
    if not network.batch_norms:
        yield partial(distiller.inner_loop.step_functions.score, parameters)
        return
    module = network.evaluation_module(parameters, trained_on)
    try:
        yield lambda images, labels: score(module(images), labels)
    finally:
        module.train()


def _details(
    distiller: Distiller, step: int, length: int, predictions: Sequence[_Predictions]
) -> EvaluationDetails:
    """Combine the predictions of all networks at the training length ``length``."""
    labels, classes = distiller.test.labels, distiller.layout.classes
    confusion = sum(
        (labels * classes + network.test_classes).bincount(minlength=classes**2) for network in predictions
    )
    probabilities = torch.stack([network.patch_probabilities for network in predictions]).mean(dim=0)
    return EvaluationDetails(
        step=step,
        networks=len(predictions),
        length=length,
        confusion=torch.as_tensor(confusion).view(classes, classes).cpu().numpy(),
        patch_predictions=probabilities.float().cpu().numpy(),
    )


def _aggregate(steps: int, rows: Sequence[_Metrics]) -> LengthResult:
    """Return means and standard deviations over networks at the training length ``steps``."""
    mean = _Metrics(*np.mean(rows, axis=0).tolist())
    deviation = _Metrics(*np.std(rows, axis=0).tolist())
    return LengthResult(
        steps=steps,
        test_accuracy=mean.test_accuracy,
        test_accuracy_std=deviation.test_accuracy,
        train_accuracy=mean.train_accuracy,
        train_accuracy_std=deviation.train_accuracy,
        train_loss=mean.train_loss,
        test_loss=mean.test_loss,
    )
