"""The meta-gradient equals finite differences and the stored graph, in float64."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from podd_engine.config.sections import InnerConfig, LabelsConfig
from podd_engine.distillation import augmentation
from podd_engine.distillation.inner_loop import InnerLoop, InnerState, PatchDraw
from podd_engine.distillation.inner_optimizers import OptimizerState, inner_optimizer
from podd_engine.distillation.meta_gradient import MetaGradient, UnrolledWindow, compute_meta_gradient
from podd_engine.distillation.real_data import RealBatch, loss_and_gradient
from podd_engine.distillation.soft_labels import LabelReader, build_label_scheme
from podd_engine.distillation.step_functions import EagerStepFunctions
from podd_engine.networks import build
from podd_engine.poster.layout import PosterLayout
from podd_engine.poster.patches import PatchCutter, initial_poster
from podd_engine.runtime import random_streams
from podd_engine.runtime.coroutines import Computation, run_to_completion

LAYOUT = PosterLayout(poster=(20, 10), patch=(8, 8), patch_grid=(4, 2), class_grid=(2, 2), class_area=(10, 5))
CPU, DOUBLE = torch.device("cpu"), torch.float64
KINDS = ["flip", "rotate", "scale", "crop", "color", "cutout"]
OPTIMIZERS = {
    "adam": InnerConfig(optimizer="adam", learning_rate=0.01),
    "adam-decay": InnerConfig(optimizer="adam", learning_rate=0.01, weight_decay=0.1),
    "sgd": InnerConfig(optimizer="sgd", learning_rate=0.05, momentum=0.9, weight_decay=5e-4),
}


class Task:
    """Tiny distillation problem: the real loss as a function of poster and label array."""

    def __init__(self, optimizer: str, labels: str, kinds: list[str], window: int, undifferentiated: int = 2):
        grid = torch.arange(4).view(2, 2).numpy()
        scheme = build_label_scheme(LabelsConfig(kind=labels, budget=2.0), LAYOUT, grid)
        network = build("convnet", channels=2, classes=4, image_size=8, width=4, depth=2).to(CPU, DOUBLE)
        self.learned, self.network = scheme.learned, network
        rule = inner_optimizer(OPTIMIZERS[optimizer])
        self.inner_loop = InnerLoop(
            EagerStepFunctions(network, rule),
            rule,
            PatchCutter(LAYOUT, CPU),
            LabelReader(scheme, CPU, DOUBLE),
            micro_batch=2,  # of a batch of 5
        )
        self.poster = initial_poster(LAYOUT, 2, random_streams.generator(1, "poster")) * 5
        self.labels = torch.as_tensor(scheme.initial)
        if self.learned:
            self.labels = self.labels + 0.3 * torch.rand(
                self.labels.shape, dtype=DOUBLE, generator=random_streams.generator(1, "y")
            )
        source = random_streams.generator(1, "draws")
        steps = undifferentiated + window
        drawn = augmentation.draw(kinds, steps, 5, source)
        self.draws = [
            PatchDraw(subset, drawn_augmentation)
            for subset, drawn_augmentation in zip(
                random_streams.random_subsets(8, 5, steps, source), drawn, strict=True
            )
        ]
        state = self.inner_loop.start(network.initial_parameters(source))
        for draw in self.draws[:undifferentiated]:
            state = self.inner_loop.step(state, self.inner_loop.cut_patches(self.poster, self.labels), draw)
        self.start, self.draws = state, self.draws[undifferentiated:]
        images = torch.randn(12, 2, 8, 8, dtype=DOUBLE, generator=source)
        (real,) = augmentation.draw([], 1, 12, source)
        self.batch = RealBatch(images, torch.arange(12) % 4, real)

    def terminal(self, parameters: Tensor) -> Computation[tuple[Tensor, Tensor]]:
        return loss_and_gradient(self.inner_loop.step_functions, parameters, self.batch, micro_batch=5)

    def loss(self, poster: Tensor, labels: Tensor) -> float:
        """Run the window forward and return the real loss."""
        state: InnerState = self.start
        for draw in self.draws:
            state = self.inner_loop.step(state, self.inner_loop.cut_patches(poster, labels), draw)
        return float(run_to_completion(self.terminal(state.parameters))[0])

    @property
    def unroll(self) -> UnrolledWindow:
        return UnrolledWindow(
            self.inner_loop, self.start, self.draws, self.poster, self.labels, self.learned, self.terminal
        )

    def gradient(self, cached_steps: int = 0) -> MetaGradient:
        return run_to_completion(compute_meta_gradient(replace(self.unroll, cached_steps=cached_steps)))


def relative_distance(found: Tensor, expected: Tensor) -> float:
    """Return ‖found - expected‖ / ‖expected‖."""
    return float((found - expected).norm() / expected.norm())


def finite_difference(task: Task, poster_direction: Tensor, label_direction: Tensor) -> float:
    """Return a directional derivative by a central difference.

    The step is so short that no ReLU changes its state.
    """

    def at(step: float) -> float:
        return task.loss(task.poster + step * poster_direction, task.labels + step * label_direction)

    return (at(1e-6) - at(-1e-6)) / 2e-6


@pytest.mark.parametrize("cached_steps", [0, 2])
@pytest.mark.parametrize("labels", ["fixed", "learned"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_equals_finite_differences_in_poster_and_labels(
    optimizer: str, labels: str, cached_steps: int
) -> None:
    task = Task(optimizer, labels, ["rotate"], window=3)
    gradient = task.gradient(cached_steps)
    source = random_streams.generator(2, "directions")
    no_change = torch.zeros_like(task.labels)
    for _ in range(3):
        direction = torch.randn(task.poster.shape, dtype=DOUBLE, generator=source)
        expected = finite_difference(task, direction, no_change)
        assert float((gradient.poster * direction).sum()) == pytest.approx(expected, rel=1e-5, abs=1e-8)
        if gradient.labels is not None:
            direction = torch.randn(task.labels.shape, dtype=DOUBLE, generator=source)
            expected = finite_difference(task, torch.zeros_like(task.poster), direction)
            assert float((gradient.labels * direction).sum()) == pytest.approx(expected, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_equals_finite_differences_under_each_augmentation(kind: str) -> None:
    task = Task("adam", "fixed", [kind], window=2)
    gradient = task.gradient()
    direction = torch.randn(
        task.poster.shape, dtype=DOUBLE, generator=random_streams.generator(3, "direction")
    )
    expected = finite_difference(task, direction, torch.zeros_like(task.labels))
    assert float((gradient.poster * direction).sum()) == pytest.approx(expected, rel=1e-5, abs=1e-8)


def stored_graph_gradient(task: Task) -> tuple[float, Tensor, Tensor]:
    """Reference implementation: differentiate one graph through the whole window.

    Returns:
        The real loss and its gradients with respect to poster and label array.
    """
    poster, labels = task.poster.clone().requires_grad_(True), task.labels.clone().requires_grad_(True)
    inner_loop, state = task.inner_loop, task.start
    optimizer_state = OptimizerState(state.parameters.requires_grad_(True), state.first, state.second)
    for number, draw in enumerate(task.draws):
        images, soft_labels = inner_loop.batch(inner_loop.cut_patches(poster, labels), draw)
        loss = functional.cross_entropy(task.network(optimizer_state.parameters, images), soft_labels)
        (gradient,) = torch.autograd.grad(loss, optimizer_state.parameters, create_graph=True)
        bias_correction = inner_loop.optimizer.bias_correction(state.step + number + 1)
        optimizer_state = inner_loop.optimizer.update(optimizer_state, gradient, bias_correction)
    real = functional.cross_entropy(
        task.network(optimizer_state.parameters, task.batch.images), task.batch.labels
    )
    return float(real.detach()), *torch.autograd.grad(real, [poster, labels])


@pytest.mark.parametrize("cached_steps", [0, 60])
@pytest.mark.parametrize("labels", ["fixed", "learned"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(("window", "tolerance"), [(1, 1e-10), (7, 1e-10), (60, 1e-6)])
def test_equals_the_stored_graph_of_the_whole_window(
    optimizer: str, labels: str, window: int, tolerance: float, cached_steps: int
) -> None:
    task = Task(optimizer, labels, ["flip", "rotate", "color"], window=window)
    found = task.gradient(cached_steps)
    loss, poster, label_array = stored_graph_gradient(task)
    assert float(found.loss) == pytest.approx(loss, rel=1e-12)
    assert relative_distance(found.poster, poster) < tolerance
    assert (found.labels is None) == (labels == "fixed")
    if found.labels is not None:
        assert relative_distance(found.labels, label_array) < tolerance


@pytest.mark.parametrize("cached_steps", [0, 2, 9])
def test_cached_steps_change_only_rounding(cached_steps: int) -> None:
    task = Task("adam", "learned", ["rotate"], window=5)
    assert relative_distance(task.gradient(cached_steps).poster, task.gradient(cached_steps=5).poster) < 1e-12


@pytest.mark.parametrize("cached_steps", [0, 4])
def test_pauses_after_every_inner_step_and_micro_batch(cached_steps: int) -> None:
    task = Task("adam", "fixed", ["flip"], window=4)
    pauses = sum(1 for _ in compute_meta_gradient(replace(task.unroll, cached_steps=cached_steps)))
    assert pauses == 8 + 3  # 4 steps forward, 4 backward, and 3 micro-batches of real images
