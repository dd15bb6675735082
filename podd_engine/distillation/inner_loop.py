"""Training a network on patches of a poster."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from podd_engine.distillation import augmentation
from podd_engine.distillation.augmentation import AugmentationDraw
from podd_engine.distillation.inner_optimizers import InnerOptimizer, OptimizerState
from podd_engine.distillation.soft_labels import LabelReader
from podd_engine.distillation.step_functions import Cotangents, RecordedGradient, StepFunctions
from podd_engine.poster.patches import PatchCutter


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
    def optimizer_state(self) -> OptimizerState:
        """The tensors."""
        return OptimizerState(*self[:3])


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
class InnerLoop:
    """Everything an inner step needs besides the patches and the network's state.

    Args:
        arithmetic: computes gradients, updates and their derivatives.
        optimizer: the update rule it uses.
        cutter: cuts patches.
        reader: reads soft labels.
        part: patches whose gradient is computed at once, ≥ 1; the sums are exact where a network
            treats each image alone.
    """

    step_functions: StepFunctions
    optimizer: InnerOptimizer
    cutter: PatchCutter
    label_reader: LabelReader
    micro_batch: int

    def start(self, parameters: Tensor) -> InnerState:
        """A fresh network before its first step."""
        # Two zeros, not one twice: compiled steps are made for tensors apart.
        return InnerState(parameters, torch.zeros_like(parameters), torch.zeros_like(parameters), 0)

    def cut_patches(self, poster: Tensor, labels: Tensor) -> Patches:
        """Patches of ``poster`` [channels, height, width] and ``labels`` [cells, classes]; differentiable."""
        return Patches(self.cutter(poster), self.label_reader(labels))

    def batch(self, patches: Patches, draw: PatchDraw) -> tuple[Tensor, Tensor]:
        """Augmented patches [batch, channels, h, w] and their soft labels [batch, classes]."""
        images = augmentation.apply(patches.images[draw.indices], draw.augmentation)
        return images, patches.soft_labels[draw.indices]

    def gradient(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> Tensor:
        """Gradient [parameter_count] of the mean loss on a batch."""
        return _weighted_mean(
            (share, self.step_functions.gradient(parameters, part_images, part_labels))
            for share, part_images, part_labels in self._micro_batches(images, soft_labels)
        )

    def record(
        self, parameters: Tensor, images: Tensor, soft_labels: Tensor
    ) -> tuple[Tensor, tuple[RecordedGradient, ...]]:
        """`gradient`, and what its derivative is made of, for each part of the batch."""
        shares, recorded = [], []
        for share, part_images, part_labels in self._micro_batches(images, soft_labels):
            shares.append(share)
            recorded.append(self.step_functions.record(parameters, part_images, part_labels))
        return _weighted_mean(zip(shares, (part.gradient for part in recorded), strict=True)), tuple(recorded)

    def apply_gradient(self, state: InnerState, gradient: Tensor) -> InnerState:
        """The state after one step along ``gradient``, without a graph."""
        step = state.step + 1
        after = self.step_functions.update(
            state.optimizer_state, gradient, self.optimizer.bias_correction(step)
        )
        return InnerState(*after, step)

    def vjp(
        self,
        state: InnerState,
        gradient: Tensor,
        recorded: Sequence[RecordedGradient],
        images: Tensor,
        soft_labels: Tensor,
        cotangents: Cotangents,
    ) -> Cotangents:
        """Cotangents of (parameters, first, second, images, soft labels) before a step.

        With s' = U(s, g), g = ∇L(θ, x, y): the update's adjoint, then a Hessian-vector product.

        Args:
            state, images, soft_labels: what the step started from.
            gradient: g, of the step.
            recorded: what `record` kept of it, spent by this; empty: it is recorded anew.
            cotangents: of parameters, first and second after it.
        """
        of_parameters, of_first, of_second, of_gradient = self.step_functions.update_vjp(
            state.optimizer_state, gradient, self.optimizer.bias_correction(state.step + 1), cotangents
        )
        of_images, of_labels = [], []
        for number, (share, part_images, part_labels) in enumerate(self._micro_batches(images, soft_labels)):
            of_part = of_gradient if share == 1 else share * of_gradient
            # Part by part, so that what is recorded anew is held of one part only.
            record = (
                recorded[number]
                if recorded
                else self.step_functions.record(state.parameters, part_images, part_labels)
            )
            more, of_part_images, of_part_labels = record.vjp(of_part)
            of_parameters = of_parameters + more
            of_images.append(of_part_images)
            of_labels.append(of_part_labels)
        return of_parameters, of_first, of_second, torch.cat(of_images), torch.cat(of_labels)

    def _micro_batches(self, images: Tensor, soft_labels: Tensor) -> Iterator[tuple[float, Tensor, Tensor]]:
        """Parts of a batch, each with its share of it."""
        for begin in range(0, len(images), self.micro_batch):
            part = slice(begin, begin + self.micro_batch)
            yield len(images[part]) / len(images), images[part], soft_labels[part]

    def step(self, state: InnerState, patches: Patches, draw: PatchDraw) -> InnerState:
        """One inner step on what is drawn of ``patches``, without a graph."""
        return self.apply_gradient(state, self.gradient(state.parameters, *self.batch(patches, draw)))


def _weighted_mean(parts: Iterable[tuple[float, Tensor]]) -> Tensor:
    """Sum of gradients, each times its share of the batch."""
    total: Tensor | None = None
    for share, gradient in parts:
        weighted = gradient if share == 1 else share * gradient
        total = weighted if total is None else total.add_(weighted)
    assert total is not None
    return total
