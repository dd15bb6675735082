"""The arithmetic of a step, as pure functions of tensors: an inner step, its adjoint, the real loss."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from podd_engine.distillation.inner_optimizers import BiasCorrection, InnerOptimizer, OptimizerState
from podd_engine.networks.functional_network import FunctionalNetwork

Cotangents = tuple[Tensor, ...]

IGNORE_INDEX = -100
"""The label of an image that is only there to fill a batch."""


class RecordedGradient(NamedTuple):
    """The gradient of an inner step, with what its derivative is made of.

    Args:
        gradient: as `StepFunctions.gradient` gives it, without a graph.
        product: cotangents of (parameters, images, soft labels) from that of ``gradient``: one
            Hessian-vector product, with the mixed derivatives to images and labels; to be called once.
        kept: what is held for it, apart from what a graph of torch's holds.
    """

    gradient: Tensor
    vjp: Callable[[Tensor], Cotangents]
    residuals: tuple[Tensor, ...] = ()


class BatchScore(NamedTuple):
    """How a network does on a batch.

    Args:
        correct: how many images it gets right.
        loss: its summed cross-entropy.
        logits: what it says of each, [batch, classes].
    """

    correct: Tensor
    loss: Tensor
    logits: Tensor


class StepFunctions(Protocol):
    """What computes steps: `EagerStepFunctions`, or the same compiled."""

    def gradient(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> Tensor:
        """∇L(θ, x, y), [parameter_count]: of the mean cross-entropy, with respect to the parameters.

        Args:
            parameters: θ, flat [parameter_count].
            images: x, [batch, channels, height, width].
            soft_labels: y, [batch, classes], rows summing to 1.
        """
        ...

    def record(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> RecordedGradient:
        """`gradient`, keeping what its derivative is made of."""
        ...

    def update(
        self, before: OptimizerState, gradient: Tensor, bias_correction: BiasCorrection
    ) -> OptimizerState:
        """The moments after one inner step along ``gradient``, without a graph."""
        ...

    def update_vjp(
        self,
        before: OptimizerState,
        gradient: Tensor,
        bias_correction: BiasCorrection,
        cotangents: Cotangents,
    ) -> Cotangents:
        """Cotangents of (parameters, first, second, gradient) from those of `update`'s result."""
        ...

    def real_loss_and_gradient(
        self, parameters: Tensor, images: Tensor, labels: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Summed cross-entropy on real images with int64 ``labels`` [batch], and its gradient."""
        ...

    def score(self, parameters: Tensor, images: Tensor, labels: Tensor) -> BatchScore:
        """How a network without batch norms does on ``images``.

        Images labeled `IGNORE_INDEX` count for nothing.
        """
        ...


class EagerStepFunctions:
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

    def gradient(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> Tensor:
        """See `StepFunctions`."""
        leaf = parameters.detach().requires_grad_(True)
        with torch.enable_grad():
            loss = functional.cross_entropy(self.logits(leaf, images), soft_labels)
        return torch.autograd.grad(loss, leaf)[0]

    def record(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> RecordedGradient:
        """See `StepFunctions`."""
        leaves = [part.detach().requires_grad_(True) for part in (parameters, images, soft_labels)]
        with torch.enable_grad():
            loss = functional.cross_entropy(self.logits(leaves[0], leaves[1]), leaves[2])
            (gradient,) = torch.autograd.grad(loss, leaves[0], create_graph=True)
        return RecordedGradient(
            gradient.detach(), lambda cotangent: torch.autograd.grad(gradient, leaves, cotangent)
        )

    @torch.no_grad()
    def update(
        self, before: OptimizerState, gradient: Tensor, bias_correction: BiasCorrection
    ) -> OptimizerState:
        """See `StepFunctions`."""
        return self.optimizer.update(before, gradient, bias_correction)

    def update_vjp(
        self,
        before: OptimizerState,
        gradient: Tensor,
        bias_correction: BiasCorrection,
        cotangents: Cotangents,
    ) -> Cotangents:
        """See `StepFunctions`."""
        leaves = [part.detach().requires_grad_(True) for part in (*before, gradient)]
        with torch.enable_grad():
            after = self.optimizer.update(OptimizerState(*leaves[:3]), leaves[3], bias_correction)
        # SGD hands its unused second moment through untouched; such outputs are still differentiable.
        return torch.autograd.grad(after, leaves, cotangents, materialize_grads=True)

    def real_loss_and_gradient(
        self, parameters: Tensor, images: Tensor, labels: Tensor
    ) -> tuple[Tensor, Tensor]:
        """See `StepFunctions`."""
        leaf = parameters.detach().requires_grad_(True)
        with torch.enable_grad():
            loss = functional.cross_entropy(self.logits(leaf, images), labels, reduction="sum")
        return loss.detach(), torch.autograd.grad(loss, leaf)[0]

    @torch.no_grad()
    def score(self, parameters: Tensor, images: Tensor, labels: Tensor) -> BatchScore:
        """See `StepFunctions`; in the type of the parameters, whatever steps are taken in."""
        return score(self.network(parameters, images), labels)


def score(logits: Tensor, labels: Tensor) -> BatchScore:
    """How ``logits`` [batch, classes] do."""
    loss = functional.cross_entropy(logits, labels, reduction="sum", ignore_index=IGNORE_INDEX)
    return BatchScore((logits.argmax(dim=1) == labels).sum(), loss, logits)
