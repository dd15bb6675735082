"""Training a network on patches: one differentiable optimiser step as a pure function."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from podd_engine import augment
from podd_engine.augment import AugmentationDraw
from podd_engine.config import InnerConfig
from podd_engine.labels import LabelReader
from podd_engine.networks.functional import FunctionalNetwork
from podd_engine.poster import PatchCutter


class InnerState(NamedTuple):
    """A network in training, all flat [parameter_count].

    Args:
        parameters: the network's parameters.
        first: first moment (Adam) or momentum buffer (SGD).
        second: second moment (Adam); for SGD an unused zero.
        step: inner steps taken.
    """

    parameters: Tensor
    first: Tensor
    second: Tensor
    step: int


class InnerOptimizer(Protocol):
    """A pure update rule; differentiable in state and gradient."""

    def __call__(self, state: InnerState, gradient: Tensor) -> InnerState:
        """The state after one step along ``gradient`` [parameter_count]."""
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

    def __call__(self, state: InnerState, gradient: Tensor) -> InnerState:
        """The state after one step."""
        if self.weight_decay:
            gradient = gradient + self.weight_decay * state.parameters
        step = state.step + 1
        first = self.beta1 * state.first + (1 - self.beta1) * gradient
        second = self.beta2 * state.second + (1 - self.beta2) * gradient.square()
        # √v has no derivative at 0, where a parameter has never had a gradient: its update is 0
        # there whatever the rest, so the root is taken of 1 instead and its gradient vanishes.
        dead = second == 0
        root = torch.where(dead, 1.0, second).sqrt() / (1 - self.beta2**step) ** 0.5
        update = (first / (1 - self.beta1**step)) / (root + self.epsilon)
        parameters = state.parameters - self.learning_rate * update
        return InnerState(parameters, first, second, step)


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

    def __call__(self, state: InnerState, gradient: Tensor) -> InnerState:
        """The state after one step."""
        if self.weight_decay:
            gradient = gradient + self.weight_decay * state.parameters
        first = self.momentum * state.first + gradient
        return InnerState(state.parameters - self.learning_rate * first, first, state.second, state.step + 1)


def inner_optimizer(config: InnerConfig) -> InnerOptimizer:
    """The update rule that ``config`` names."""
    if config.optimizer == "adam":
        return Adam(config.learning_rate, config.weight_decay)
    return SGD(config.learning_rate, config.momentum, config.weight_decay)


class PatchDraw(NamedTuple):
    """What one inner step trains on.

    Args:
        indices: int64 [patch batch], which patches.
        augmentation: what happens to them.
    """

    indices: Tensor
    augmentation: AugmentationDraw


def soft_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy of ``logits`` [batch, classes] with probabilities ``labels`` of that shape."""
    return functional.cross_entropy(logits, labels)


@dataclass(frozen=True)
class InnerProblem:
    """Everything an inner step needs besides the poster, the labels and the network's state.

    Args:
        network: the network.
        optimizer: its update rule.
        cutter: cuts patches.
        reader: reads soft labels.
    """

    network: FunctionalNetwork
    optimizer: InnerOptimizer
    cutter: PatchCutter
    reader: LabelReader

    def start(self, parameters: Tensor) -> InnerState:
        """A fresh network before its first step."""
        zero = torch.zeros_like(parameters)
        return InnerState(parameters, zero, zero, 0)

    def batch(self, poster: Tensor, labels: Tensor, draw: PatchDraw) -> tuple[Tensor, Tensor]:
        """Augmented patches [batch, channels, h, w] and soft labels [batch, classes]; differentiable.

        Args:
            poster: [channels, height, width].
            labels: label array [cells, classes].
            draw: which patches, and what happens to them.
        """
        patches = augment.apply(self.cutter(poster, draw.indices), draw.augmentation)
        return patches, self.reader(labels, draw.indices)

    def loss(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> Tensor:
        """The inner loss, a scalar."""
        return soft_cross_entropy(self.network(parameters, images), soft_labels)

    def gradient(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> Tensor:
        """Gradient of the inner loss [parameter_count], keeping no graph."""
        leaf = parameters.detach().requires_grad_(True)
        with torch.enable_grad():
            loss = self.loss(leaf, images.detach(), soft_labels.detach())
        return torch.autograd.grad(loss, leaf)[0]

    def step(self, state: InnerState, poster: Tensor, labels: Tensor, draw: PatchDraw) -> InnerState:
        """One inner step without a graph."""
        with torch.no_grad():
            images, soft_labels = self.batch(poster, labels, draw)
            gradient = self.gradient(state.parameters, images, soft_labels)
            return self.optimizer(state, gradient)
