"""Pure tensor functions of a step: inner gradient, optimizer update, their VJPs, and the real loss.

A vector-Jacobian product (VJP) of y = f(x) maps the cotangent ȳ = ∂ℓ/∂y of a scalar ℓ to
x̄ = (∂y/∂x)ᵀ ȳ = ∂ℓ/∂x. A bar marks cotangents. They have the shape of their primal tensor.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from podd_engine.distillation.inner_optimizers import BiasCorrection, InnerOptimizer, OptimizerState
from podd_engine.networks.functional_network import FunctionalNetwork

Cotangents = tuple[Tensor, ...]
"""Cotangents of several tensors, in the order of these tensors."""

IGNORE_INDEX = -100
"""Label of images that pad a batch. They do not count in scores."""


class RecordedGradient(NamedTuple):
    """Gradient of an inner step and its VJP.

    Args:
        gradient: g = ∇L(θ, x, y), [parameter_count], without a graph.
        vjp: maps ḡ to (θ̄, x̄, ȳ) = ((∂g/∂θ)ᵀ ḡ, (∂g/∂x)ᵀ ḡ, (∂g/∂y)ᵀ ḡ). The first is a Hessian-vector
            product, since ∂g/∂θ is the symmetric Hessian of L. Call it at most once: it frees its graph.
        residuals: tensors that ``vjp`` holds in addition to those in a graph of autograd.
    """

    gradient: Tensor
    vjp: Callable[[Tensor], Cotangents]
    residuals: tuple[Tensor, ...] = ()


class BatchScore(NamedTuple):
    """Score of a network on a batch.

    Args:
        correct: number of correctly classified images, an int64 scalar.
        loss: summed cross-entropy, a scalar.
        logits: [batch, classes].
    """

    correct: Tensor
    loss: Tensor
    logits: Tensor


class StepFunctions(Protocol):
    """Functions of a step, either eager (`EagerStepFunctions`) or compiled (`CompiledStepFunctions`).

    All functions are pure. Their results have no graph.
    """

    def gradient(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> Tensor:
        """Return the gradient ∇L(θ, x, y) of the mean cross-entropy.

        L(θ, x, y) = -(1/n) Σᵢ Σ_c yᵢ_c log softmax(f(θ, xᵢ))_c, for the network f and n images. ∇ is the
        derivative with respect to θ.

        Args:
            parameters: θ, flat [parameter_count].
            images: x, [batch, channels, height, width].
            soft_labels: y, [batch, classes], rows sum to 1.

        Returns:
            ∇L, [parameter_count].
        """
        ...

    def record(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> RecordedGradient:
        """Compute `gradient` and keep what its VJP needs; same arguments as `gradient`."""
        ...

    def update(
        self, before: OptimizerState, gradient: Tensor, bias_correction: BiasCorrection
    ) -> OptimizerState:
        """Return the state s' = U(s, g) after one optimizer step.

        Args:
            before: s = (θ, m, v), each [parameter_count].
            gradient: g, [parameter_count].
            bias_correction: result of `InnerOptimizer.bias_correction` for this step.
        """
        ...

    def update_vjp(
        self,
        before: OptimizerState,
        gradient: Tensor,
        bias_correction: BiasCorrection,
        cotangents: Cotangents,
    ) -> Cotangents:
        """Return the VJP of `update`: (s̄, ḡ) = (∂U/∂(s, g))ᵀ s̄'.

        Args:
            before: s = (θ, m, v), each [parameter_count].
            gradient: g, [parameter_count].
            bias_correction: result of `InnerOptimizer.bias_correction` for this step.
            cotangents: s̄' = (θ̄', m̄', v̄'), each [parameter_count].

        Returns:
            (θ̄, m̄, v̄, ḡ), each [parameter_count].
        """
        ...

    def real_loss_and_gradient(
        self, parameters: Tensor, images: Tensor, labels: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the summed cross-entropy on real images and its gradient.

        Args:
            parameters: θ, flat [parameter_count].
            images: [batch, channels, height, width].
            labels: int64 [batch], class indices.

        Returns:
            Σᵢ L(θ, xᵢ, cᵢ), a scalar, and its derivative with respect to θ, [parameter_count].
        """
        ...

    def score(self, parameters: Tensor, images: Tensor, labels: Tensor) -> BatchScore:
        """Score a network without batch norm; see `score`.

        Args:
            parameters: flat [parameter_count].
            images: [batch, channels, height, width].
            labels: int64 [batch], class indices or `IGNORE_INDEX`.
        """
        ...


class EagerStepFunctions:
    """`StepFunctions` that PyTorch executes operation by operation.

    Args:
        network: network architecture.
        optimizer: inner optimizer.
        autocast: dtype of convolutions and matrix products, or None for the dtype of the parameters.
    """

    def __init__(
        self, network: FunctionalNetwork, optimizer: InnerOptimizer, autocast: torch.dtype | None = None
    ) -> None:
        self.network, self.optimizer, self.autocast = network, optimizer, autocast

    def logits(self, parameters: Tensor, images: Tensor) -> Tensor:
        """Return the logits [batch, classes] of ``images``, in the dtype of ``parameters``."""
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
        leaves = [tensor.detach().requires_grad_(True) for tensor in (parameters, images, soft_labels)]
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
        leaves = [tensor.detach().requires_grad_(True) for tensor in (*before, gradient)]
        with torch.enable_grad():
            after = self.optimizer.update(OptimizerState(*leaves[:3]), leaves[3], bias_correction)
        # SGD returns its unused second moment unchanged. autograd accepts such an output.
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
        """See `StepFunctions`. Scores never use autocast."""
        return score(self.network(parameters, images), labels)


def score(logits: Tensor, labels: Tensor) -> BatchScore:
    """Score logits. Images with the label `IGNORE_INDEX` do not count.

    Args:
        logits: [batch, classes].
        labels: int64 [batch], class indices or `IGNORE_INDEX`.
    """
    loss = functional.cross_entropy(logits, labels, reduction="sum", ignore_index=IGNORE_INDEX)
    return BatchScore((logits.argmax(dim=1) == labels).sum(), loss, logits)
