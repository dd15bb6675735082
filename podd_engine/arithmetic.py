"""The arithmetic of a step, as pure functions of tensors: an inner step, its adjoint, the real loss."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from podd_engine.networks.functional import FunctionalNetwork
from podd_engine.optimizers import Correction, InnerOptimizer, Moments

Cotangents = tuple[Tensor, ...]

NO_CLASS = -100
"""The label of an image that is only there to fill a batch."""


class RecordedStep(NamedTuple):
    """An inner step with its graph.

    Args:
        leaves: parameters, first, second, images and soft labels before it.
        after: what came after it.
    """

    leaves: Sequence[Tensor]
    after: Moments

    def pull_back(self, cotangents: Cotangents) -> Cotangents:
        """Cotangents of the leaves from those of what came after; spends the graph."""
        # SGD hands its unused second moment through untouched; such outputs are still differentiable.
        return torch.autograd.grad(self.after, self.leaves, cotangents, materialize_grads=True)


class Arithmetic(Protocol):
    """What computes steps: `EagerArithmetic`, or the same compiled."""

    def forward(
        self, before: Moments, correction: Correction, images: Tensor, soft_labels: Tensor
    ) -> Moments:
        """The moments after one inner step, without a graph.

        Args:
            before: parameters and moments.
            correction: the optimiser's correction for the step.
            images: [batch, channels, height, width].
            soft_labels: [batch, classes], rows summing to 1.
        """
        ...

    def adjoint(
        self,
        before: Moments,
        correction: Correction,
        images: Tensor,
        soft_labels: Tensor,
        cotangents: Cotangents,
    ) -> Cotangents:
        """Cotangents of (parameters, first, second, images, soft labels) before an inner step.

        With s' = U(s, g), g = ∇L(θ, x, y), that is the update's adjoint and one Hessian-vector
        product; the step itself is taken again for it.

        Args:
            before, correction, images, soft_labels: as of `forward`.
            cotangents: of parameters, first and second after the step.
        """
        ...

    def real(self, parameters: Tensor, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Summed cross-entropy on real images with int64 ``labels`` [batch], and its gradient."""
        ...

    def score(self, parameters: Tensor, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """How many of ``images`` a network without batch norms gets right, and its summed cross-entropy.

        Images labelled `NO_CLASS` count for nothing.
        """
        ...

    def record(
        self, before: Moments, correction: Correction, images: Tensor, soft_labels: Tensor
    ) -> RecordedStep:
        """The inner step with its graph, on leaves of its own."""
        ...


class EagerArithmetic:
    """Steps taken operation by operation.

    Args:
        network: the network.
        optimizer: the inner update rule.
        autocast: type of convolutions and matrix products; None: that of the parameters.
    """

    def __init__(
        self, network: FunctionalNetwork, optimizer: InnerOptimizer, autocast: torch.dtype | None = None
    ) -> None:
        self.network, self.optimizer, self.autocast = network, optimizer, autocast

    def logits(self, parameters: Tensor, images: Tensor) -> Tensor:
        """What the network says of ``images``, in the type of the parameters."""
        with torch.autocast(images.device.type, self.autocast, enabled=self.autocast is not None):
            return self.network(parameters, images).to(parameters.dtype)

    def differentiable(
        self, before: Moments, correction: Correction, images: Tensor, soft_labels: Tensor
    ) -> Moments:
        """As `forward`, carrying its graph."""
        loss = functional.cross_entropy(self.logits(before.parameters, images), soft_labels)
        (gradient,) = torch.autograd.grad(loss, before.parameters, create_graph=True)
        return self.optimizer.update(before, gradient, correction)

    @torch.no_grad()
    def forward(
        self, before: Moments, correction: Correction, images: Tensor, soft_labels: Tensor
    ) -> Moments:
        """See `Arithmetic`."""
        leaf = before.parameters.detach().requires_grad_(True)
        with torch.enable_grad():
            loss = functional.cross_entropy(self.logits(leaf, images), soft_labels)
        return self.optimizer.update(before, torch.autograd.grad(loss, leaf)[0], correction)

    def record(
        self, before: Moments, correction: Correction, images: Tensor, soft_labels: Tensor
    ) -> RecordedStep:
        """See `Arithmetic`."""
        leaves = [part.detach().requires_grad_(True) for part in (*before, images, soft_labels)]
        with torch.enable_grad():
            after = self.differentiable(Moments(*leaves[:3]), correction, leaves[3], leaves[4])
        return RecordedStep(leaves, after)

    def adjoint(
        self,
        before: Moments,
        correction: Correction,
        images: Tensor,
        soft_labels: Tensor,
        cotangents: Cotangents,
    ) -> Cotangents:
        """See `Arithmetic`."""
        return self.record(before, correction, images, soft_labels).pull_back(cotangents)

    def real(self, parameters: Tensor, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """See `Arithmetic`."""
        leaf = parameters.detach().requires_grad_(True)
        with torch.enable_grad():
            loss = functional.cross_entropy(self.logits(leaf, images), labels, reduction="sum")
        return loss.detach(), torch.autograd.grad(loss, leaf)[0]

    @torch.no_grad()
    def score(self, parameters: Tensor, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """See `Arithmetic`; in the type of the parameters, whatever steps are taken in."""
        return score(self.network(parameters, images), labels)


def score(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """How many of ``logits`` [batch, classes] are right, and their summed cross-entropy."""
    loss = functional.cross_entropy(logits, labels, reduction="sum", ignore_index=NO_CLASS)
    return (logits.argmax(dim=1) == labels).sum(), loss
