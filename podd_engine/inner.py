"""Training a network on patches of a poster."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from podd_engine import augment
from podd_engine.arithmetic import Arithmetic, Cotangents, RecordedStep
from podd_engine.augment import AugmentationDraw
from podd_engine.labels import LabelReader
from podd_engine.optimizers import InnerOptimizer, Moments
from podd_engine.poster import PatchCutter


class InnerState(NamedTuple):
    """A network in training, all flat [parameter_count].

    Args:
        parameters: the network's parameters.
        first: first moment (Adam) or momentum buffer (SGD).
        second: second moment (Adam); for SGD an unused zero.
        step: inner steps taken.
    """

    parameters: Tensor
    first: Tensor
    second: Tensor
    step: int

    @property
    def moments(self) -> Moments:
        """The tensors."""
        return Moments(*self[:3])


class PatchDraw(NamedTuple):
    """What one inner step trains on.

    Args:
        indices: int64 [patch batch], which patches.
        augmentation: what happens to them.
    """

    indices: Tensor
    augmentation: AugmentationDraw


class Patches(NamedTuple):
    """All patches of a poster with their labels, in patch order.

    Args:
        images: [patches, channels, patch height, patch width].
        soft_labels: [patches, classes], rows summing to 1.
    """

    images: Tensor
    soft_labels: Tensor


@dataclass(frozen=True)
class InnerProblem:
    """Everything an inner step needs besides the patches and the network's state.

    Args:
        arithmetic: computes a step and its adjoint.
        optimizer: the update rule it uses.
        cutter: cuts patches.
        reader: reads soft labels.
    """

    arithmetic: Arithmetic
    optimizer: InnerOptimizer
    cutter: PatchCutter
    reader: LabelReader

    def start(self, parameters: Tensor) -> InnerState:
        """A fresh network before its first step."""
        # Two zeros, not one twice: compiled steps are made for tensors apart.
        return InnerState(parameters, torch.zeros_like(parameters), torch.zeros_like(parameters), 0)

    def cut(self, poster: Tensor, labels: Tensor) -> Patches:
        """Patches of ``poster`` [channels, height, width] and ``labels`` [cells, classes]; differentiable."""
        return Patches(self.cutter(poster), self.reader(labels))

    def batch(self, patches: Patches, draw: PatchDraw) -> tuple[Tensor, Tensor]:
        """Augmented patches [batch, channels, h, w] and their soft labels [batch, classes]."""
        images = augment.apply(patches.images[draw.indices], draw.augmentation)
        return images, patches.soft_labels[draw.indices]

    def advance(self, state: InnerState, images: Tensor, soft_labels: Tensor) -> InnerState:
        """The state after one step on a batch, without a graph."""
        step = state.step + 1
        after = self.arithmetic.forward(state.moments, self.optimizer.correction(step), images, soft_labels)
        return InnerState(*after, step)

    def pull_back(
        self, state: InnerState, images: Tensor, soft_labels: Tensor, cotangents: Cotangents
    ) -> Cotangents:
        """Cotangents of (parameters, first, second, images, soft labels) before a step.

        Args:
            state, images, soft_labels: what the step started from.
            cotangents: of parameters, first and second after it.
        """
        correction = self.optimizer.correction(state.step + 1)
        return self.arithmetic.adjoint(state.moments, correction, images, soft_labels, cotangents)

    def record(self, state: InnerState, images: Tensor, soft_labels: Tensor) -> RecordedStep:
        """One step on a batch with its graph."""
        correction = self.optimizer.correction(state.step + 1)
        return self.arithmetic.record(state.moments, correction, images, soft_labels)

    def step(self, state: InnerState, patches: Patches, draw: PatchDraw) -> InnerState:
        """One inner step on what is drawn of ``patches``, without a graph."""
        return self.advance(state, *self.batch(patches, draw))
