"""The gradient of the real loss through the window, back to poster and labels.

Strategies are interchangeable and exact: they differ in time and memory, and in rounding.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from podd_engine.arithmetic import Cotangents, RecordedStep
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
        kept: how many of the window's last steps `replayed` keeps the graphs of; each saves taking
            the step again and costs its activations.
    """

    problem: InnerProblem
    start: InnerState
    draws: Sequence[PatchDraw]
    poster: Tensor
    labels: Tensor
    labels_learned: bool
    terminal: TerminalLoss
    kept: int = 0


Strategy = Callable[[Unroll], Computation[MetaGradient]]
"""Differentiates a window, pausing between inner steps."""


def stored(unroll: Unroll) -> Computation[MetaGradient]:
    """Keep the graph of the whole window: the published way.

    Memory grows with the window by all activations of an inner step and of its gradient.
    """
    return (yield from _swept(unroll, kept=len(unroll.draws)))


def replayed(unroll: Unroll) -> Computation[MetaGradient]:
    """Keep the graphs of a few last steps, and of the others only what they started from.

    Three parameter vectors a step is all that grows with the window; a step without its graph is
    taken again on the way back.
    """
    return (yield from _swept(unroll, kept=unroll.kept))


def _swept(unroll: Unroll, kept: int) -> Computation[MetaGradient]:
    """Run the window, keeping the graphs of its ``kept`` last steps; then go back step by step.

    With sₜ₊₁ = U(sₜ, xₜ, yₜ), where patches xₜ and soft labels yₜ are functions of poster and
    labels, the sweep takes the cotangent s̄ₜ₊₁ to s̄ₜ, x̄ₜ and ȳₜ, and adds what the latter two
    mean for poster and labels.
    """
    problem, state = unroll.problem, unroll.start
    poster, labels = unroll.poster, unroll.labels
    trail: list[InnerState | RecordedStep] = []
    for number, draw in enumerate(unroll.draws):
        with torch.no_grad():
            images, soft_labels = problem.batch(poster, labels, draw)
        if number < len(unroll.draws) - kept:
            trail.append(state)
            state = problem.advance(state, images, soft_labels)
        else:
            recorded = problem.record(state, images, soft_labels)
            trail.append(recorded)
            parameters, first, second = (part.detach() for part in recorded.after)
            state = InnerState(parameters, first, second, state.step + 1)
        yield None

    real_loss, cotangent = yield from unroll.terminal(state.parameters)
    cotangents: Cotangents = (cotangent, torch.zeros_like(cotangent), torch.zeros_like(cotangent))
    totals = [torch.zeros_like(poster), torch.zeros_like(labels)]
    for draw in reversed(unroll.draws):
        leaves = [part.detach().requires_grad_(True) for part in (poster, labels)]
        with torch.enable_grad():
            batch = problem.batch(leaves[0], leaves[1], draw)
        step = trail.pop()
        if isinstance(step, RecordedStep):
            *cotangents_before, of_images, of_labels = step.pull_back(cotangents)
        else:
            *cotangents_before, of_images, of_labels = problem.pull_back(
                step, batch[0].detach(), batch[1].detach(), cotangents
            )
        cotangents = tuple(cotangents_before)
        through = torch.autograd.grad(batch, leaves, (of_images, of_labels))
        for total, part in zip(totals, through, strict=True):
            total += part
        yield None
    return MetaGradient(real_loss, totals[0], totals[1] if unroll.labels_learned else None)


STRATEGIES: dict[str, Strategy] = {"stored": stored, "replayed": replayed}
