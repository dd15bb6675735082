"""Meta-gradient: gradient of the real loss with respect to poster and labels, through the window.

The number of steps in the activation cache trades memory for time. The gradient is exact for any number
and changes only by rounding. Caching all steps corresponds to the published method, which stores one
graph for the whole window. Without cached steps, the backward pass computes every step again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from podd_engine.distillation import augmentation
from podd_engine.distillation.inner_loop import InnerLoop, InnerState, PatchDraw, Patches
from podd_engine.distillation.step_functions import Cotangents, RecordedGradient
from podd_engine.runtime.coroutines import Computation

TerminalLoss = Callable[[Tensor], Computation[tuple[Tensor, Tensor]]]
"""Maps the parameters after the window, [parameter_count], to the real loss and its gradient."""


@dataclass(frozen=True)
class MetaGradient:
    """Real loss after the window and its gradients.

    Args:
        loss: mean cross-entropy on the real batch after the window, a scalar.
        poster: gradient with respect to the poster, [channels, height, width].
        labels: gradient with respect to the label array, [cells, classes]. None for fixed labels.
    """

    loss: Tensor
    poster: Tensor
    labels: Tensor | None


@dataclass(frozen=True)
class UnrolledWindow:
    """Differentiated window of one outer step.

    Args:
        inner_loop: operations of inner training.
        start: state of the network at the start of the window, treated as a constant.
        draws: random draws of the steps of the window, in order.
        poster: [channels, height, width].
        labels: label array, [cells, classes].
        labels_learned: whether to return the gradient of the labels.
        terminal: real loss and its gradient at the end of the window.
        cached_steps: number of steps, counted from the end of the window, whose activations are cached.
            The backward pass does not compute these steps again. For the other steps, only the state
            before the step and the gradient are stored.
    """

    inner_loop: InnerLoop
    start: InnerState
    draws: Sequence[PatchDraw]
    poster: Tensor
    labels: Tensor
    labels_learned: bool
    terminal: TerminalLoss
    cached_steps: int = 0


def compute_meta_gradient(unroll: UnrolledWindow) -> Computation[MetaGradient]:
    """Run the window forward, then backpropagate through it step by step.

    Forward, for t = 0 … T-1: sₜ₊₁ = U(sₜ, xₜ, yₜ), with the state s = (θ, m, v), the augmented patches
    xₜ = A(X[iₜ]) and the soft labels yₜ = Y[iₜ] of the drawn indices iₜ. Then ℓ = L_real(θ_T).

    Backward, from s̄_T = (∇ℓ, 0, 0): (s̄ₜ, x̄ₜ, ȳₜ) = (∂U/∂(s, x, y))ᵀ s̄ₜ₊₁. The cotangents of the
    patches accumulate: X̄[iₜ] += (∂A/∂X)ᵀ x̄ₜ and Ȳ[iₜ] += ȳₜ. X and Y are functions of the poster and
    the label array, so one VJP at the end maps (X̄, Ȳ) to the gradients of both.

    Memory per step of the window: the parameters, both moments and the gradient (4 × parameter_count),
    plus the activations of cached steps.

    There is a pause point after every inner step in both directions.
    """
    inner_loop, state = unroll.inner_loop, unroll.start
    leaves = [leaf.detach().requires_grad_(True) for leaf in (unroll.poster, unroll.labels)]
    with torch.enable_grad():
        cut_patches = inner_loop.cut_patches(*leaves)
    patches = Patches(*(tensor.detach() for tensor in cut_patches))
    history: list[tuple[InnerState, Tensor, tuple[RecordedGradient, ...]]] = []
    for number, draw in enumerate(unroll.draws):
        images, soft_labels = inner_loop.batch(patches, draw)
        recorded: tuple[RecordedGradient, ...] = ()
        if number < len(unroll.draws) - unroll.cached_steps:
            gradient = inner_loop.gradient(state.parameters, images, soft_labels)
        else:
            gradient, recorded = inner_loop.record(state.parameters, images, soft_labels)
        history.append((state, gradient, recorded))
        state = inner_loop.apply_gradient(state, gradient)
        yield None

    real_loss, parameters_bar = yield from unroll.terminal(state.parameters)
    state_bar: Cotangents = (
        parameters_bar,
        torch.zeros_like(parameters_bar),
        torch.zeros_like(parameters_bar),
    )
    patches_bar = Patches(*(torch.zeros_like(tensor) for tensor in patches))
    for draw in reversed(unroll.draws):
        images, soft_labels = inner_loop.batch(patches, draw)
        *state_bar_before, images_bar, labels_bar = inner_loop.vjp(
            *history.pop(), images, soft_labels, state_bar
        )
        state_bar = tuple(state_bar_before)
        drawn_bar = augmentation.vjp(patches.images[draw.indices], draw.augmentation, images_bar)
        patches_bar.images.index_add_(0, draw.indices, drawn_bar)
        patches_bar.soft_labels.index_add_(0, draw.indices, labels_bar)
        yield None
    poster_gradient, label_gradient = torch.autograd.grad(cut_patches, leaves, patches_bar)
    return MetaGradient(real_loss, poster_gradient, label_gradient if unroll.labels_learned else None)
