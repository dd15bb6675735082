"""Optimizers of the inner loop as pure, differentiable functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from podd_engine.config.sections import InnerConfig


class OptimizerState(NamedTuple):
    """Tensors that an optimizer step changes, each flat [parameter_count].

    Args:
        parameters: parameters of the network.
        first: first moment (Adam) or momentum buffer (SGD).
        second: second moment (Adam). SGD does not use it: all zeros.
    """

    parameters: Tensor
    first: Tensor
    second: Tensor


BiasCorrection = Sequence[float] | Tensor
"""Two numbers that depend on the number of the step. Compiled steps receive them as a tensor [2]."""


class InnerOptimizer(Protocol):
    """Pure update rule, differentiable in the optimizer state and the gradient."""

    def bias_correction(self, step: int) -> tuple[float, float]:
        """Return the numbers that `update` needs for step ``step``, counted from 1."""
        ...

    def update(
        self, before: OptimizerState, gradient: Tensor, bias_correction: BiasCorrection
    ) -> OptimizerState:
        """Return the state after one step.

        Args:
            before: state before the step.
            gradient: gradient of the loss, flat [parameter_count].
            bias_correction: result of `bias_correction` for this step.
        """
        ...


@dataclass(frozen=True)
class Adam:
    """Adam (Kingma & Ba 2015, algorithm 1) with L2 penalty, equal to `torch.optim.Adam`.

    - g ← g + λ θ
    - m' = β₁ m + (1-β₁) g
    - v' = β₂ v + (1-β₂) g²
    - θ' = θ - η (m' / (1-β₁ᵗ)) / (√(v' / (1-β₂ᵗ)) + ε)

    Args:
        learning_rate: η, > 0.
        weight_decay: λ, ≥ 0.
        beta1: β₁, in [0, 1).
        beta2: β₂, in [0, 1).
        epsilon: ε, > 0.
    """

    learning_rate: float
    weight_decay: float = 0.0
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def bias_correction(self, step: int) -> tuple[float, float]:
        """Return 1 - β₁ᵗ and √(1 - β₂ᵗ) for t = ``step``, counted from 1."""
        return 1 - self.beta1**step, (1 - self.beta2**step) ** 0.5

    def update(
        self, before: OptimizerState, gradient: Tensor, bias_correction: BiasCorrection
    ) -> OptimizerState:
        """See `InnerOptimizer`."""
        if self.weight_decay:
            gradient = gradient + self.weight_decay * before.parameters
        first = self.beta1 * before.first + (1 - self.beta1) * gradient
        second = self.beta2 * before.second + (1 - self.beta2) * gradient.square()
        # √v has no derivative at v = 0, the value of parameters that have never had a gradient. Their
        # m is 0, so their update is 0 for every root. Taking the root of 1 keeps the derivative finite.
        never_updated = second == 0
        root = torch.where(never_updated, 1.0, second).sqrt() / bias_correction[1]
        update = (first / bias_correction[0]) / (root + self.epsilon)
        return OptimizerState(before.parameters - self.learning_rate * update, first, second)


@dataclass(frozen=True)
class SGD:
    """SGD with momentum and L2 penalty, equal to `torch.optim.SGD`.

    - g ← g + λ θ
    - b' = μ b + g
    - θ' = θ - η b'

    Args:
        learning_rate: η, > 0.
        momentum: μ, in [0, 1).
        weight_decay: λ, ≥ 0.
    """

    learning_rate: float
    momentum: float = 0.9
    weight_decay: float = 0.0

    def bias_correction(self, step: int) -> tuple[float, float]:
        """Return 1 and 1: SGD has no bias to correct."""
        return 1.0, 1.0

    def update(
        self, before: OptimizerState, gradient: Tensor, bias_correction: BiasCorrection
    ) -> OptimizerState:
        """See `InnerOptimizer`."""
        if self.weight_decay:
            gradient = gradient + self.weight_decay * before.parameters
        first = self.momentum * before.first + gradient
        return OptimizerState(before.parameters - self.learning_rate * first, first, before.second)


def inner_optimizer(config: InnerConfig) -> InnerOptimizer:
    """Build the optimizer that ``config`` selects."""
    if config.optimizer == "adam":
        return Adam(config.learning_rate, config.weight_decay)
    return SGD(config.learning_rate, config.momentum, config.weight_decay)
