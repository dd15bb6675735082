"""The gradient of the real loss through the window, back to poster and labels.

How many steps keep what they computed decides on time and memory; the gradient is exact, and the same up
to rounding, with all of them kept (the published way), none, or any number between.
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
"""Maps final parameters to the real loss and its gradient with respect to them."""


@dataclass(frozen=True)
class MetaGradient:
    """What a strategy returns.

    Args:
        loss: loss on the real batch after the window, a scalar.
        poster: its gradient with respect to the poster, [channels, height, width].
        labels: likewise the label array, [cells, classes]; None where labels are fixed.
    """

    loss: Tensor
    poster: Tensor
    labels: Tensor | None


@dataclass(frozen=True)
class UnrolledWindow:
    """One window to differentiate.

    Args:
        problem: the inner training.
        start: the network where the window starts; treated as a constant.
        draws: what each step of the window trains on.
        poster: [channels, height, width].
        labels: label array [cells, classes].
        labels_learned: whether the gradient of the labels is wanted.
        terminal: the real loss and its gradient at the window's end.
        kept: of how many of the window's last steps what was computed is kept: each saves taking the
            step again and costs its activations; of the others, only what they started from is kept.
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
    """Run the window, then go back step by step; pauses after every inner step.

    With sₜ₊₁ = U(sₜ, xₜ, yₜ), where xₜ and yₜ are patches and soft labels as drawn, the sweep takes
    the cotangent s̄ₜ₊₁ to s̄ₜ, x̄ₜ and ȳₜ, and adds the latter two up by patch; what these sums mean
    for poster and label array is asked once, at the end. Parameters, moments and gradient of a step
    are all that grows with the window beside what is kept.
    """
    inner_loop, state = unroll.inner_loop, unroll.start
    leaves = [part.detach().requires_grad_(True) for part in (unroll.poster, unroll.labels)]
    with torch.enable_grad():
        cut_patches = inner_loop.cut_patches(*leaves)
    patches = Patches(*(part.detach() for part in cut_patches))
    trail: list[tuple[InnerState, Tensor, tuple[RecordedGradient, ...]]] = []
    for number, draw in enumerate(unroll.draws):
        images, soft_labels = inner_loop.batch(patches, draw)
        recorded: tuple[RecordedGradient, ...] = ()
        if number < len(unroll.draws) - unroll.cached_steps:
            gradient = inner_loop.gradient(state.parameters, images, soft_labels)
        else:
            gradient, recorded = inner_loop.record(state.parameters, images, soft_labels)
        trail.append((state, gradient, recorded))
        state = inner_loop.apply_gradient(state, gradient)
        yield None

    real_loss, cotangent = yield from unroll.terminal(state.parameters)
    cotangents: Cotangents = (cotangent, torch.zeros_like(cotangent), torch.zeros_like(cotangent))
    totals = Patches(*(torch.zeros_like(part) for part in patches))
    for draw in reversed(unroll.draws):
        images, soft_labels = inner_loop.batch(patches, draw)
        *cotangents_before, of_images, of_labels = inner_loop.vjp(
            *trail.pop(), images, soft_labels, cotangents
        )
        cotangents = tuple(cotangents_before)
        of_drawn = augmentation.vjp(patches.images[draw.indices], draw.augmentation, of_images)
        totals.images.index_add_(0, draw.indices, of_drawn)
        totals.soft_labels.index_add_(0, draw.indices, of_labels)
        yield None
    of_poster, of_label_array = torch.autograd.grad(cut_patches, leaves, totals)
    return MetaGradient(real_loss, of_poster, of_label_array if unroll.labels_learned else None)
