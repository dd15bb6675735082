"""Update rules of the inner training, pure and differentiable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from podd_engine.config.schema import InnerConfig


class OptimizerState(NamedTuple):
    """What an update rule changes, all flat [parameter_count].

    Args:
        parameters: the network's parameters.
        first: first moment (Adam) or momentum buffer (SGD).
        second: second moment (Adam); for SGD an unused zero.
    """

    parameters: Tensor
    first: Tensor
    second: Tensor


BiasCorrection = Sequence[float] | Tensor
"""Two numbers that depend on how many steps were taken; a tensor [2] where the step is compiled."""


class InnerOptimizer(Protocol):
    """A pure update rule; differentiable in moments and gradient."""

    def bias_correction(self, step: int) -> tuple[float, float]:
        """The numbers `update` needs for the ``step``-th step, counted from 1."""
        ...

    def update(
        self, before: OptimizerState, gradient: Tensor, bias_correction: BiasCorrection
    ) -> OptimizerState:
        """The moments after one step along ``gradient`` [parameter_count]."""
        ...


@dataclass(frozen=True)
class Adam:
    """Adam (Kingma & Ba 2015, algorithm 1) with L2 penalty, as `torch.optim.Adam`.

    m' = β₁ m + (1-β₁) g;  v' = β₂ v + (1-β₂) g²;  θ' = θ - η (m'/(1-β₁ᵗ)) / (√(v'/(1-β₂ᵗ)) + ε)

    Args:
        learning_rate: η, > 0.
        weight_decay: L2 penalty, ≥ 0.
    """

    learning_rate: float
    weight_decay: float = 0.0
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def bias_correction(self, step: int) -> tuple[float, float]:
        """1 - β₁ᵗ and √(1 - β₂ᵗ): what the moments lack of a full average."""
        return 1 - self.beta1**step, (1 - self.beta2**step) ** 0.5

    def update(
        self, before: OptimizerState, gradient: Tensor, bias_correction: BiasCorrection
    ) -> OptimizerState:
        """The moments after one step."""
        if self.weight_decay:
            gradient = gradient + self.weight_decay * before.parameters
        first = self.beta1 * before.first + (1 - self.beta1) * gradient
        second = self.beta2 * before.second + (1 - self.beta2) * gradient.square()
        # √v has no derivative at 0, where a parameter has never had a gradient: its update is 0
        # there whatever the rest, so the root is taken of 1 instead and its gradient vanishes.
        dead = second == 0
        root = torch.where(dead, 1.0, second).sqrt() / bias_correction[1]
        update = (first / bias_correction[0]) / (root + self.epsilon)
        return OptimizerState(before.parameters - self.learning_rate * update, first, second)


@dataclass(frozen=True)
class SGD:
    """SGD with momentum and L2 penalty, as `torch.optim.SGD`: b' = μ b + g;  θ' = θ - η b'.

    Args:
        learning_rate: η, > 0.
        momentum: μ, in [0, 1).
        weight_decay: L2 penalty, ≥ 0.
    """

    learning_rate: float
    momentum: float = 0.9
    weight_decay: float = 0.0

    def bias_correction(self, step: int) -> tuple[float, float]:
        """Nothing to correct."""
        return 1.0, 1.0

    def update(
        self, before: OptimizerState, gradient: Tensor, bias_correction: BiasCorrection
    ) -> OptimizerState:
        """The moments after one step."""
        if self.weight_decay:
            gradient = gradient + self.weight_decay * before.parameters
        first = self.momentum * before.first + gradient
        return OptimizerState(before.parameters - self.learning_rate * first, first, before.second)


def inner_optimizer(config: InnerConfig) -> InnerOptimizer:
    """The update rule that ``config`` names."""
    if config.optimizer == "adam":
        return Adam(config.learning_rate, config.weight_decay)
    return SGD(config.learning_rate, config.momentum, config.weight_decay)
