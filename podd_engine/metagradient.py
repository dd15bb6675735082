"""The gradient of the real loss through the window, back to poster and labels.

Strategies are interchangeable and exact: they differ in time and memory, and in rounding.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from podd_engine.cooperative import Computation
from podd_engine.inner import InnerProblem, InnerState, PatchDraw

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
class Unroll:
    """One window to differentiate.

    Args:
        problem: the inner training.
        start: the network where the window starts; treated as a constant.
        draws: what each step of the window trains on.
        poster: [channels, height, width].
        labels: label array [cells, classes].
        labels_learned: whether the gradient of the labels is wanted.
        terminal: the real loss and its gradient at the window's end.
    """

    problem: InnerProblem
    start: InnerState
    draws: Sequence[PatchDraw]
    poster: Tensor
    labels: Tensor
    labels_learned: bool
    terminal: TerminalLoss

    def leaves(self) -> tuple[Tensor, Tensor]:
        """Poster and labels as the variables to differentiate by."""
        poster = self.poster.detach().requires_grad_(True)
        return poster, self.labels.detach().requires_grad_(self.labels_learned)


Strategy = Callable[[Unroll], Computation[MetaGradient]]
"""Differentiates a window, pausing between inner steps."""


def stored(unroll: Unroll) -> Computation[MetaGradient]:
    """Keep the graph of the whole window and differentiate it at once: the published way.

    Memory grows with the window by all activations of an inner step and of its gradient.
    """
    problem, state = unroll.problem, unroll.start
    poster, labels = unroll.leaves()
    state = state._replace(parameters=state.parameters.detach().requires_grad_(True))
    with torch.enable_grad():
        for draw in unroll.draws:
            images, soft_labels = problem.batch(poster, labels, draw)
            loss = problem.loss(state.parameters, images, soft_labels)
            (gradient,) = torch.autograd.grad(loss, state.parameters, create_graph=True)
            state = problem.optimizer(state, gradient)
            yield
    real_loss, cotangent = yield from unroll.terminal(state.parameters.detach())
    wanted = [poster, labels] if unroll.labels_learned else [poster]
    gradients = torch.autograd.grad(state.parameters, wanted, cotangent)
    return _meta_gradient(real_loss, gradients)


def replayed(unroll: Unroll) -> Computation[MetaGradient]:
    """Keep only state and gradient of each step; sweep back recomputing one step at a time.

    With sₜ₊₁ = U(sₜ, gₜ), gₜ = ∇L(θₜ, xₜ, yₜ) and cotangents s̄ₜ₊₁, the sweep takes the update's
    adjoint, (s̄ₜ, ḡₜ) = U'ᵀ s̄ₜ₊₁, then one Hessian-vector product, ∂⟨gₜ, ḡₜ⟩ with respect to θₜ and,
    through xₜ and yₜ, to poster and labels. Four parameter vectors a step is all that grows.
    """
    problem, state = unroll.problem, unroll.start
    poster, labels = unroll.leaves()
    trail: list[tuple[InnerState, Tensor]] = []
    for draw in unroll.draws:
        with torch.no_grad():
            images, soft_labels = problem.batch(poster, labels, draw)
            gradient = problem.gradient(state.parameters, images, soft_labels)
            trail.append((state, gradient))
            state = problem.optimizer(state, gradient)
        yield

    real_loss, cotangent = yield from unroll.terminal(state.parameters.detach())
    wanted = [poster, labels] if unroll.labels_learned else [poster]
    totals = [torch.zeros_like(leaf) for leaf in wanted]
    cotangents = (cotangent, torch.zeros_like(cotangent), torch.zeros_like(cotangent))
    for draw in reversed(unroll.draws):
        state, gradient = trail.pop()
        cotangents, gradient_cotangent = _update_adjoint(problem, state, gradient, cotangents)
        parameters = state.parameters.detach().requires_grad_(True)
        with torch.enable_grad():
            images, soft_labels = problem.batch(poster, labels, draw)
            loss = problem.loss(parameters, images, soft_labels)
            (gradient,) = torch.autograd.grad(loss, parameters, create_graph=True)
        through_parameters, *through_wanted = torch.autograd.grad(
            gradient, [parameters, *wanted], gradient_cotangent
        )
        cotangents = (cotangents[0] + through_parameters, cotangents[1], cotangents[2])
        for total, part in zip(totals, through_wanted, strict=True):
            total += part
        yield
    return _meta_gradient(real_loss, totals)


def _meta_gradient(loss: Tensor, gradients: Sequence[Tensor]) -> MetaGradient:
    """From gradients of the poster and, where they are learned, the labels."""
    return MetaGradient(loss, gradients[0], gradients[1] if len(gradients) > 1 else None)


Cotangents = tuple[Tensor, Tensor, Tensor]


def _update_adjoint(
    problem: InnerProblem, state: InnerState, gradient: Tensor, cotangents: Cotangents
) -> tuple[Cotangents, Tensor]:
    """Cotangents of (parameters, first, second) and of the gradient before an optimiser step."""
    leaves = [part.detach().requires_grad_(True) for part in (*state[:3], gradient)]
    with torch.enable_grad():
        after = problem.optimizer(InnerState(leaves[0], leaves[1], leaves[2], state.step), leaves[3])
    # SGD hands its unused second moment through untouched; such outputs are still differentiable.
    parts = torch.autograd.grad(after[:3], leaves, cotangents, materialize_grads=True)
    return (parts[0], parts[1], parts[2]), parts[3]


STRATEGIES: dict[str, Strategy] = {"stored": stored, "replayed": replayed}
