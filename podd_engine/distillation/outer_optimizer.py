"""Training the poster: gradient clipping, step size, outer Adam."""

import math

import torch
from torch import Tensor

from podd_engine.config.schema import OuterConfig

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def learning_rate_factor(config: OuterConfig, step: int) -> float:
    """Share of the full step size at outer ``step``: linear warm-up, then constant or cosine to 0."""
    if step < config.warmup_steps:
        return (step + 1) / config.warmup_steps
    if config.schedule == "constant":
        return 1.0
    progress = (step - config.warmup_steps) / max(1, config.steps - config.warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


def clip_to_average(gradient: Tensor, average: Tensor, config: OuterConfig) -> tuple[Tensor, Tensor, Tensor]:
    """Clip a gradient to `clip_factor` times the running average of its norms, this one included.

    Args:
        gradient: the poster's gradient.
        average: the average so far, a scalar; NaN before the first step.
        config: the outer section of the config.

    Returns:
        The clipped gradient, its norm before clipping, and the new average.
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
    """One step of Adam on ``value``; ``step`` counts from 1. Returns value and both moments."""
    first = BETA1 * first + (1 - BETA1) * gradient
    second = BETA2 * second + (1 - BETA2) * gradient.square()
    root = second.sqrt() / math.sqrt(1 - BETA2**step)
    return value - learning_rate / (1 - BETA1**step) * first / (root + EPSILON), first, second
