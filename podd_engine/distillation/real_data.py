"""Real images on the device: batches, and losses and scores of networks on them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from podd_engine.distillation import augmentation
from podd_engine.distillation.augmentation import AugmentationDraw, AugmentationKind
from podd_engine.distillation.step_functions import IGNORE_INDEX, BatchScore, StepFunctions
from podd_engine.runtime import random_streams
from podd_engine.runtime.coroutines import Computation

EVALUATION_BATCH_SIZE = 50
"""Images per evaluation batch on a CPU. Larger batches do not fit its caches."""

GPU_EVALUATION_BATCH_SIZE = 1000
"""Images per evaluation batch on other devices. Small batches leave a GPU idle."""

ScoreFunction = Callable[[Tensor, Tensor], BatchScore]
"""Maps images [batch, channels, height, width] and int64 labels [batch] to the score of a network."""


@dataclass(frozen=True)
class RealBatch:
    """Real batch of one outer step.

    Args:
        images: [batch, channels, height, width], not yet augmented.
        labels: int64 [batch], class indices.
        augmentation: augmentation of the batch.
    """

    images: Tensor
    labels: Tensor
    augmentation: AugmentationDraw


@dataclass(frozen=True)
class RealData:
    """Preprocessed real images on the device of the run.

    Args:
        images: [images, channels, height, width].
        labels: int64 [images], class indices.
    """

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def random_subset(self, count: int, seed: int) -> "RealData":
        """Return a random subset that depends only on ``seed`` and ``count``.

        Args:
            count: number of images. If ``count`` is not smaller than the number of images, all are returned.
            seed: seed of the run.
        """
        if count >= len(self):
            return self
        source = random_streams.generator(seed, "measured-images")
        indices = torch.randperm(len(self), generator=source)[:count].to(self.labels.device)
        return RealData(self.images[indices], self.labels[indices])

    def evaluation_batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Iterate over all images and labels in batches of equal size.

        The last batch is padded with zero images whose label is `IGNORE_INDEX`.
        """
        size = EVALUATION_BATCH_SIZE if self.labels.device.type == "cpu" else GPU_EVALUATION_BATCH_SIZE
        for begin in range(0, len(self), size):
            images, labels = self.images[begin : begin + size], self.labels[begin : begin + size]
            if missing := size - len(labels):
                images = torch.cat([images, images.new_zeros(missing, *images.shape[1:])])
                labels = torch.cat([labels, labels.new_full((missing,), IGNORE_INDEX)])
            yield images, labels

    def batch(self, size: int, step: int, seed: int, kinds: tuple[AugmentationKind, ...]) -> RealBatch:
        """Return the real batch of one outer step.

        The batches of successive steps are consecutive slices of an endless sequence of shuffled epochs.
        Every batch is full, and all images are used equally often.

        Args:
            size: images per batch, at most the number of images.
            step: outer step, counted from 0.
            seed: seed of the run.
            kinds: augmentations to choose from; if empty, no augmentation.
        """
        count, begin, end = len(self), step * size, (step + 1) * size
        parts = []
        for epoch in range(begin // count, (end - 1) // count + 1):
            order = torch.randperm(count, generator=random_streams.generator(seed, "real-order", epoch))
            parts.append(order[max(begin - epoch * count, 0) : end - epoch * count])
        indices = torch.cat(parts).to(self.labels.device)
        (drawn,) = augmentation.draw(
            kinds, 1, size, random_streams.generator(seed, "real-augmentation", step)
        )
        return RealBatch(self.images[indices], self.labels[indices], drawn.to(self.labels.device))


def loss_and_gradient(
    step_functions: StepFunctions, parameters: Tensor, batch: RealBatch, micro_batch: int
) -> Computation[tuple[Tensor, Tensor]]:
    """Compute the mean cross-entropy of a network on a real batch and its gradient.

    ℓ = (1/n) Σᵢ L(θ, xᵢ, cᵢ) and ∇ℓ = ∂ℓ/∂θ. Both are sums over micro-batches, with a pause point after
    each.

    Args:
        step_functions: compute loss and gradient of a micro-batch.
        parameters: θ, flat [parameter_count].
        batch: augmented images x and classes c.
        micro_batch: images per micro-batch, ≥ 1.

    Returns:
        ℓ, a scalar, and ∇ℓ, [parameter_count].
    """
    loss = torch.zeros((), dtype=parameters.dtype, device=parameters.device)
    gradient = torch.zeros_like(parameters)
    count = len(batch.labels)
    for begin in range(0, count, micro_batch):
        part = slice(begin, begin + micro_batch)
        images = augmentation.apply(batch.images[part], batch.augmentation[part])
        part_loss, part_gradient = step_functions.real_loss_and_gradient(
            parameters, images, batch.labels[part]
        )
        loss += part_loss
        gradient += part_gradient
        yield None
    return loss / count, gradient / count


class NetworkScore(NamedTuple):
    """Score of a network on a set of images.

    Args:
        accuracy: in [0, 1].
        loss: mean cross-entropy.
        logits: [images, classes].
    """

    accuracy: float
    loss: float
    logits: Tensor


def score_network(network: ScoreFunction, data: RealData) -> Computation[NetworkScore]:
    """Score a network on all images, with a pause point after every batch.

    Args:
        network: scores one batch.
        data: images and labels, not empty.
    """
    correct = torch.zeros((), dtype=torch.int64, device=data.labels.device)
    loss = torch.zeros((), device=data.labels.device)
    logits: Tensor | None = None
    end = 0
    for images, labels in data.evaluation_batches():
        with torch.no_grad():
            scored = network(images, labels)
        correct += scored.correct
        loss += scored.loss
        # Allocate one block for all logits. Small blocks that remain between large temporary blocks
        # fragment the heap: memory grew to ten times the memory in use.
        if logits is None:
            logits = scored.logits.new_empty(len(data), scored.logits.shape[1])
        begin, end = end, min(end + len(labels), len(data))
        logits[begin:end] = scored.logits[: end - begin]
        del scored
        yield None
    assert logits is not None, "data must contain at least one image"
    return NetworkScore(float(correct) / len(data), float(loss) / len(data), logits)
