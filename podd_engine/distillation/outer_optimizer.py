"""Outer optimizer: learning-rate schedule, gradient clipping and Adam."""

import math

import torch
from torch import Tensor

from podd_engine.config.sections import OuterConfig

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def learning_rate_factor(config: OuterConfig, step: int) -> float:
    """Return the learning rate at outer ``step``, as a fraction of `OuterConfig.learning_rate`.

    The factor rises linearly during warm-up. After it, the factor is constant or decays to 0 along a
    cosine.
    """
    if step < config.warmup_steps:
        return (step + 1) / config.warmup_steps
    if config.schedule == "constant":
        return 1.0
    progress = (step - config.warmup_steps) / max(1, config.steps - config.warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


def clip_to_average(gradient: Tensor, average: Tensor, config: OuterConfig) -> tuple[Tensor, Tensor, Tensor]:
    """Clip a gradient to a multiple of the moving average of its norm.

    a' = λ a + (1-λ) ‖g‖, with decay λ = ``clip_decay``. The gradient is scaled to the norm
    ``clip_factor`` · a' if its norm is larger.

    Args:
        gradient: g, gradient of the poster, [channels, height, width].
        average: a, average norm of the earlier steps, a scalar. NaN before the first step, where a' = ‖g‖.
        config: outer section of the config.

    Returns:
        The clipped gradient, the norm ‖g‖ before clipping, and a'.
    """
    norm = gradient.norm()
    blended = config.clip_decay * average + (1 - config.clip_decay) * norm
    average = torch.where(average.isnan(), norm, blended)
    limit = config.clip_factor * average
    factor = torch.where(norm > limit, limit / norm, 1.0)
    return gradient * factor, norm, average


def adam_step(
    value: Tensor, first: Tensor, second: Tensor, gradient: Tensor, step: int, learning_rate: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Take one Adam step (Kingma & Ba 2015, algorithm 1).

    Args:
        value: tensor to update, of any shape.
        first: first moment, of the same shape.
        second: second moment, of the same shape.
        gradient: gradient, of the same shape.
        step: number of this step, counted from 1.
        learning_rate: learning rate of this step.

    Returns:
        The updated value, first moment and second moment. The arguments are not modified.
    """
    first = BETA1 * first + (1 - BETA1) * gradient
    second = BETA2 * second + (1 - BETA2) * gradient.square()
    root = second.sqrt() / math.sqrt(1 - BETA2**step)
    return value - learning_rate / (1 - BETA1**step) * first / (root + EPSILON), first, second
