"""Inner loop: training a network on patches of a poster."""

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
    """State of a network in training.

    All tensors are flat [parameter_count], with the device and dtype of the run.

    Args:
        parameters: parameters of the network.
        first: first moment (Adam) or momentum buffer (SGD).
        second: second moment (Adam). SGD does not use it: all zeros.
        step: number of inner steps taken.
    """

    parameters: Tensor
    first: Tensor
    second: Tensor
    step: int

    @property
    def optimizer_state(self) -> OptimizerState:
        """The tensors of the state, without the step."""
        return OptimizerState(*self[:3])


class PatchDraw(NamedTuple):
    """Random draw of one inner step.

    Args:
        indices: int64 [patch batch], indices of the patches to train on.
        augmentation: augmentation of these patches.
    """

    indices: Tensor
    augmentation: AugmentationDraw


class Patches(NamedTuple):
    """All patches of a poster and their labels, in patch order.

    Args:
        images: [patches, channels, patch height, patch width].
        soft_labels: [patches, classes], rows sum to 1.
    """

    images: Tensor
    soft_labels: Tensor


@dataclass(frozen=True)
class InnerLoop:
    """Operations of inner training. The network's state and the patches are arguments.

    Args:
        step_functions: compute gradients, updates and their derivatives.
        optimizer: update rule that ``step_functions`` use.
        cutter: cuts patches from a poster.
        label_reader: computes soft labels from a label array.
        micro_batch: number of patches whose gradient is computed together, ≥ 1. The sum over
            micro-batches is exact for networks without batch norm.
    """

    step_functions: StepFunctions
    optimizer: InnerOptimizer
    cutter: PatchCutter
    label_reader: LabelReader
    micro_batch: int

    def start(self, parameters: Tensor) -> InnerState:
        """Return the state of a network before its first step.

        Args:
            parameters: initial parameters, flat [parameter_count].
        """
        # Two separate zero tensors: compiled steps require arguments that do not alias each other.
        return InnerState(parameters, torch.zeros_like(parameters), torch.zeros_like(parameters), 0)

    def cut_patches(self, poster: Tensor, labels: Tensor) -> Patches:
        """Cut all patches and compute their soft labels; differentiable in both arguments.

        Args:
            poster: [channels, height, width].
            labels: label array, [cells, classes].
        """
        return Patches(self.cutter(poster), self.label_reader(labels))

    def batch(self, patches: Patches, draw: PatchDraw) -> tuple[Tensor, Tensor]:
        """Return the batch of one inner step.

        Returns:
            Augmented patches [patch batch, channels, patch height, patch width] and their soft labels
            [patch batch, classes].
        """
        images = augmentation.apply(patches.images[draw.indices], draw.augmentation)
        return images, patches.soft_labels[draw.indices]

    def gradient(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> Tensor:
        """Return the gradient g = ∇L(θ, x, y) of the mean loss, computed in micro-batches.

        Args:
            parameters: θ, flat [parameter_count].
            images: x, augmented patches [patch batch, channels, patch height, patch width].
            soft_labels: y, [patch batch, classes].

        Returns:
            g, [parameter_count], without a graph.
        """
        return _weighted_sum(
            (share, self.step_functions.gradient(parameters, micro_images, micro_labels))
            for share, micro_images, micro_labels in self._micro_batches(images, soft_labels)
        )

    def record(
        self, parameters: Tensor, images: Tensor, soft_labels: Tensor
    ) -> tuple[Tensor, tuple[RecordedGradient, ...]]:
        """Compute `gradient` and record what its derivative needs.

        Args:
            parameters: θ, flat [parameter_count].
            images: x, augmented patches [patch batch, channels, patch height, patch width].
            soft_labels: y, [patch batch, classes].

        Returns:
            The gradient [parameter_count], and one recorded gradient per micro-batch.
        """
        shares, recorded = [], []
        for share, micro_images, micro_labels in self._micro_batches(images, soft_labels):
            shares.append(share)
            recorded.append(self.step_functions.record(parameters, micro_images, micro_labels))
        gradient = _weighted_sum(zip(shares, (record.gradient for record in recorded), strict=True))
        return gradient, tuple(recorded)

    def apply_gradient(self, state: InnerState, gradient: Tensor) -> InnerState:
        """Return the state after one optimizer step along ``gradient`` [parameter_count], without a graph."""
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
        """Compute the vector-Jacobian product of one inner step.

        The step is s' = U(s, g) with s = (θ, m, v) and g = ∇L(θ, x, y). From the cotangent s̄':

        - VJP of the update: (s̄, ḡ) = (∂U/∂(s, g))ᵀ s̄'
        - Hessian-vector product: θ̄ ← θ̄ + (∂g/∂θ)ᵀ ḡ, where ∂g/∂θ is the Hessian of L
        - mixed derivatives: x̄ = (∂g/∂x)ᵀ ḡ and ȳ = (∂g/∂y)ᵀ ḡ

        Args:
            state: s, state before the step.
            gradient: g, [parameter_count].
            recorded: recorded gradients of the step from `record`, consumed by this call. If empty, they
                are recorded again.
            images: x, augmented patches [patch batch, channels, patch height, patch width].
            soft_labels: y, [patch batch, classes].
            cotangents: s̄' = (θ̄', m̄', v̄'), each [parameter_count].

        Returns:
            (θ̄, m̄, v̄, x̄, ȳ), each of the shape of the corresponding input.
        """
        parameters_bar, first_bar, second_bar, gradient_bar = self.step_functions.update_vjp(
            state.optimizer_state, gradient, self.optimizer.bias_correction(state.step + 1), cotangents
        )
        images_bar, labels_bar = [], []
        for number, (share, micro_images, micro_labels) in enumerate(
            self._micro_batches(images, soft_labels)
        ):
            micro_gradient_bar = gradient_bar if share == 1 else share * gradient_bar
            # Record inside the loop, so that only the activations of one micro-batch are in memory.
            record = (
                recorded[number]
                if recorded
                else self.step_functions.record(state.parameters, micro_images, micro_labels)
            )
            hessian_product, micro_images_bar, micro_labels_bar = record.vjp(micro_gradient_bar)
            parameters_bar = parameters_bar + hessian_product
            images_bar.append(micro_images_bar)
            labels_bar.append(micro_labels_bar)
        return parameters_bar, first_bar, second_bar, torch.cat(images_bar), torch.cat(labels_bar)

    def _micro_batches(self, images: Tensor, soft_labels: Tensor) -> Iterator[tuple[float, Tensor, Tensor]]:
        """Yield each micro-batch as (its share of the batch, images, soft labels)."""
        for begin in range(0, len(images), self.micro_batch):
            part = slice(begin, begin + self.micro_batch)
            yield len(images[part]) / len(images), images[part], soft_labels[part]

    def step(self, state: InnerState, patches: Patches, draw: PatchDraw) -> InnerState:
        """Take one inner step on the drawn patches, without a graph."""
        return self.apply_gradient(state, self.gradient(state.parameters, *self.batch(patches, draw)))


def _weighted_sum(parts: Iterable[tuple[float, Tensor]]) -> Tensor:
    """Return the sum of share · gradient over all micro-batches."""
    total: Tensor | None = None
    for share, gradient in parts:
        weighted = gradient if share == 1 else share * gradient
        total = weighted if total is None else total.add_(weighted)
    assert total is not None
    return total
