"""Real images on the device: batches by address, and the loss of a network on them."""

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
"""Images a network classifies at once on a CPU when it is measured; more leave its caches."""

GPU_EVALUATION_BATCH_SIZE = 1000
"""The same on a GPU, which small batches leave idle."""

ScoreFunction = Callable[[Tensor, Tensor], BatchScore]
"""Maps images and labels to how a network does on them."""


@dataclass(frozen=True)
class RealBatch:
    """Real images of one outer step.

    Args:
        images: [batch, channels, height, width].
        labels: int64 [batch].
        augmentation: what happens to the images.
    """

    images: Tensor
    labels: Tensor
    augmentation: AugmentationDraw


@dataclass(frozen=True)
class RealData:
    """Preprocessed real images, indexed on the device.

    Args:
        images: [images, channels, height, width].
        labels: int64 [images].
    """

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def random_subset(self, count: int, seed: int) -> "RealData":
        """A fixed random part of at most ``count`` images."""
        if count >= len(self):
            return self
        chosen = torch.randperm(len(self), generator=random_streams.generator(seed, "measured-images"))[
            :count
        ]
        chosen = chosen.to(self.labels.device)
        return RealData(self.images[chosen], self.labels[chosen])

    def evaluation_batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """All images and labels in batches of one size, the last filled up with images of no class."""
        size = EVALUATION_BATCH_SIZE if self.labels.device.type == "cpu" else GPU_EVALUATION_BATCH_SIZE
        for begin in range(0, len(self), size):
            images, labels = self.images[begin : begin + size], self.labels[begin : begin + size]
            if missing := size - len(labels):
                images = torch.cat([images, images.new_zeros(missing, *images.shape[1:])])
                labels = torch.cat([labels, labels.new_full((missing,), IGNORE_INDEX)])
            yield images, labels

    def batch(self, size: int, step: int, seed: int, kinds: tuple[AugmentationKind, ...]) -> RealBatch:
        """The real batch of outer ``step``.

        Batches walk through shuffled passes laid end to end, so each is full and every image is
        used equally often.

        Args:
            size: images, at most the number there are.
            step: the outer step.
            seed: the run's seed.
            kinds: augmentations to draw from.
        """
        count, begin, end = len(self), step * size, (step + 1) * size
        parts = []
        for number in range(begin // count, (end - 1) // count + 1):
            order = torch.randperm(count, generator=random_streams.generator(seed, "real-order", number))
            parts.append(order[max(begin - number * count, 0) : end - number * count])
        chosen = torch.cat(parts).to(self.labels.device)
        (drawn,) = augmentation.draw(
            kinds, 1, size, random_streams.generator(seed, "real-augmentation", step)
        )
        return RealBatch(self.images[chosen], self.labels[chosen], drawn.to(self.labels.device))


def loss_and_gradient(
    step_functions: StepFunctions, parameters: Tensor, batch: RealBatch, micro_batch: int
) -> Computation[tuple[Tensor, Tensor]]:
    """Mean cross-entropy of a network on ``batch`` and its gradient [parameter_count].

    Computed ``micro_batch`` images at a time; the sums are exact.
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
    """How a network does on images.

    Args:
        accuracy: in [0, 1].
        loss: mean cross-entropy.
        logits: what it says of each, [images, classes].
    """

    accuracy: float
    loss: float
    logits: Tensor


def score_network(network: ScoreFunction, data: RealData) -> Computation[NetworkScore]:
    """Measure a network on ``data``, pausing between batches."""
    correct = torch.zeros((), dtype=torch.int64, device=data.labels.device)
    loss = torch.zeros((), device=data.labels.device)
    logits: Tensor | None = None
    end = 0
    for images, labels in data.evaluation_batches():
        with torch.no_grad():
            scored = network(images, labels)
        correct += scored.correct
        loss += scored.loss
        # In one block from the start: small ones that stay, each among large ones that go, leave the
        # large ones no place to come again, and memory grew by up to ten times what was in use.
        if logits is None:
            logits = scored.logits.new_empty(len(data), scored.logits.shape[1])
        begin, end = end, min(end + len(labels), len(data))
        logits[begin:end] = scored.logits[: end - begin]
        del scored
        yield None
    assert logits is not None, "no images to measure on"
    return NetworkScore(float(correct) / len(data), float(loss) / len(data), logits)
