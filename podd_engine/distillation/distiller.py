"""The distillation algorithm as a stepper: state in, state out."""

import math
import time
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation import augmentation
from podd_engine.distillation.inner_loop import InnerProblem, PatchDraw
from podd_engine.distillation.inner_optimizers import inner_optimizer
from podd_engine.distillation.memory_budget import is_out_of_memory, kept_bytes, memory_for_kept_steps
from podd_engine.distillation.meta_gradient import MetaGradient, Unroll, differentiate
from podd_engine.distillation.outer_optimizer import adam_step, clip_to_average, learning_rate_factor
from podd_engine.distillation.real_data import RealData, loss_and_gradient
from podd_engine.distillation.soft_labels import LabelReader, clip_labels, plan_labels
from podd_engine.distillation.state import State
from podd_engine.distillation.step_functions import EagerArithmetic
from podd_engine.distillation.truncation import Span, Truncation
from podd_engine.errors import DivergedError, OutOfMemoryError
from podd_engine.networks import build
from podd_engine.poster.patches import PatchCutter, initial_poster
from podd_engine.progress import Report, silent
from podd_engine.runtime import random_streams
from podd_engine.runtime.allocator import give_back_freed_memory
from podd_engine.runtime.coroutines import Computation, finish
from podd_engine.runtime.events import Notice, PosterSnapshot, StepReport
from podd_engine.runtime.precision import AUTOCAST

CPU_ACTIVATIONS, CPU_IMAGES = 1 << 21, 64
"""Activations of the first layer, and images, at once on a CPU: with more they leave its caches."""

BATCH_NORM_IMAGES = 250
"""The same where images are normalised by what is computed at once with them."""

SMALLEST_MICRO_BATCH, SMALLEST_PART = 16, 8
"""Real images, and patches, at once below which memory is short for other reasons."""


class Distiller:
    """RaT-BPTT on a poster (arXiv 2311.07025, 2403.12040).

    Args:
        config: the run's config.
        train: preprocessed real training images, on the device.
        test: preprocessed test images, on the device; never used to choose anything.
        grid: int64 [class rows, class columns], the class in each cell of the class grid.

    Raises:
        ConfigError: the network does not fit the images.
    """

    def __init__(
        self, config: DistillationConfig, train: RealData, test: RealData, grid: NDArray[np.int64]
    ) -> None:
        self.config, self.layout = config, config.layout
        self.train, self.test = train, test
        self.device, self.dtype = train.images.device, train.images.dtype
        self.channels = train.images.shape[1]
        self.label_plan = plan_labels(config.labels, self.layout, grid)
        self.network = build(
            config.network.name,
            channels=self.channels,
            classes=self.layout.classes,
            image_size=config.dataset.image_size,
            width=config.network.width,
            depth=config.network.depth,
        ).to(self.device, self.dtype)
        optimizer = inner_optimizer(config.inner)
        self.arithmetic = EagerArithmetic(self.network, optimizer, AUTOCAST.get(config.compute.precision))
        self.problem = InnerProblem(
            self.arithmetic,
            optimizer,
            PatchCutter(self.layout, self.device),
            LabelReader(self.label_plan, self.device, self.dtype),
            part=config.inner.patch_batch
            if self.network.batch_norms
            else self._even_part(config.inner.patch_batch),
        )
        self.real_batch = min(config.outer.real_batch, len(train))
        self.steps_per_pass = math.ceil(len(train) / self.real_batch)
        self.truncation = Truncation(config.truncation, config.seed, self.steps_per_pass)
        self.micro_batch = min(
            self.real_batch, config.compute.micro_batch or self._even_part(self.real_batch)
        )
        self.kept_memory = memory_for_kept_steps(config.compute, self.device)
        self.compiled = False
        self._kept_step_bytes: int | None = None

    def _even_part(self, batch: int) -> int:
        """How many images of a batch to take at once, where parts add up exactly."""
        if self.device.type != "cpu":
            return batch
        activations = self.config.network.width * self.config.dataset.image_size**2
        most = min(batch, CPU_IMAGES, max(1, CPU_ACTIVATIONS // activations))
        if self.network.batch_norms:
            most = min(batch, BATCH_NORM_IMAGES)
        # Equal parts, as only one size is compiled.
        return next((size for size in range(most, most // 2, -1) if batch % size == 0), most)

    def compile(self, report: Report = silent) -> None:
        """Compile the arithmetic of a step for the shapes of this run.

        Raises:
            CompileError: there is no compiler here that works.
        """
        from podd_engine.distillation.compiled_step import CompiledArithmetic

        state = self.init_state(self.config.seed)
        (draw,) = self.draw_patches("inner", 0, steps=1)
        images, soft_labels = self.problem.batch(self.problem.cut(state.poster, state.labels), draw)
        moments = self.problem.start(self.fresh_network("network", 0)).moments
        real = self.train.first(self.micro_batch, self.config.seed)
        measured = next(self.test.measured_batches())
        part = slice(self.problem.part)
        arithmetic = CompiledArithmetic(
            self.arithmetic,
            moments,
            images[part],
            soft_labels[part],
            real.images,
            real.labels,
            *measured,
            report,
        )
        self.problem = replace(self.problem, arithmetic=arithmetic)
        self.compiled, self._kept_step_bytes = True, None
        give_back_freed_memory()  # the compiler's, half a gigabyte

    def init_state(self, seed: int) -> State:
        """The state before the first outer step, its poster drawn with ``seed``."""
        poster = initial_poster(self.layout, self.channels, random_streams.generator(seed, "poster"))
        poster = poster.to(device=self.device, dtype=self.dtype)
        labels = torch.as_tensor(self.label_plan.initial, device=self.device, dtype=self.dtype)
        return State(
            step=0,
            poster=poster,
            poster_first=torch.zeros_like(poster),
            poster_second=torch.zeros_like(poster),
            labels=labels,
            labels_first=torch.zeros_like(labels),
            labels_second=torch.zeros_like(labels),
            average_norm=torch.full((), torch.nan, device=self.device, dtype=self.dtype),
        )

    def step(self, state: State) -> tuple[State, StepReport]:
        """One outer step; see `stepping`."""
        return finish(self.stepping(state))

    def stepping(self, state: State) -> Computation[tuple[State, StepReport]]:
        """One outer step, pausing between inner steps; repeated more thriftily where memory is short.

        Raises:
            DivergedError: the loss or the gradient is not finite; ``state`` is still good.
            OutOfMemoryError: there is not enough memory for the thriftiest way either.
        """
        while True:
            try:
                return (yield from self._stepping(state))
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                notice = self._thriftier(error)
            yield notice

    def _thriftier(self, error: Exception) -> Notice:
        """Settle for less memory from now on."""
        if self.kept_memory:
            self.kept_memory = 0
            return Notice("Memory is short: activations of the window are no longer kept")
        if self.micro_batch > SMALLEST_MICRO_BATCH:
            self.micro_batch = max(SMALLEST_MICRO_BATCH, self.micro_batch // 2)
            return Notice(f"Memory is short: real images are taken {self.micro_batch} at once from now on")
        part = self.problem.part
        if part > SMALLEST_PART and not self.network.batch_norms:
            self.problem = replace(self.problem, part=max(SMALLEST_PART, part // 2))
            return Notice(f"Memory is short: patches are taken {self.problem.part} at once from now on")
        raise OutOfMemoryError(
            "out of memory in the thriftiest way there is; lower inner.patch_batch or network.width"
        ) from error

    def _stepping(self, state: State) -> Computation[tuple[State, StepReport]]:
        began = time.perf_counter()
        config = self.config
        span = self.truncation.span(state.step, state.window_moves)
        gradient = yield from self.differentiating(state, span)
        clipped, norm, average = clip_to_average(gradient.poster, state.average_norm, config.outer)
        if not math.isfinite(float(gradient.loss)) or not math.isfinite(float(norm)):
            raise DivergedError(
                f"the loss or its gradient is not a number at outer step {state.step + 1}; "
                "lower outer.learning_rate or inner.learning_rate, or shorten truncation.window"
            )
        factor = learning_rate_factor(config.outer, state.step)
        rate = config.outer.learning_rate * factor
        after = self._updated(state, clipped, gradient.labels, factor)
        report = StepReport(
            step=after.step,
            loss=float(gradient.loss),
            gradient_norm=float(norm),
            clip_level=config.outer.clip_factor * float(average),
            learning_rate=rate,
            undifferentiated=span.undifferentiated,
            window=span.window,
            seconds=time.perf_counter() - began,
        )
        return replace(after, average_norm=average), report

    def differentiating(self, state: State, span: Span) -> Computation[MetaGradient]:
        """The gradient of the real loss that the next outer step of ``state`` follows, before clipping.

        Args:
            state: the poster and its labels; what is drawn is addressed by its step.
            span: inner steps before and in the window; `Truncation.span` gives those of the run.
        """
        config, problem = self.config, self.problem
        draws = self.draw_patches("inner", state.step, steps=span.undifferentiated + span.window)
        inner = problem.start(self.fresh_network("network", state.step))
        patches = problem.cut(state.poster, state.labels)
        for draw in draws[: span.undifferentiated]:
            inner = problem.step(inner, patches, draw)
            yield None
        batch = self.train.batch(self.real_batch, state.step, config.seed, config.augmentation.real)

        def terminal(parameters: Tensor) -> Computation[tuple[Tensor, Tensor]]:
            return loss_and_gradient(problem.arithmetic, parameters, batch, self.micro_batch)

        window = draws[span.undifferentiated :]
        learned = self.label_plan.learned
        kept = self.kept_steps(span.window)
        unroll = Unroll(problem, inner, window, state.poster, state.labels, learned, terminal, kept)
        return (yield from differentiate(unroll))

    def kept_steps(self, window: int) -> int:
        """How many steps of a window keep what they computed, in the memory there is for it."""
        if not self.kept_memory:
            return 0
        return int(min(window, self.kept_memory / self.kept_step_bytes()))

    def kept_step_bytes(self) -> int:
        """Bytes that are held of an inner step that is kept."""
        if self._kept_step_bytes is None:
            state = self.init_state(self.config.seed)
            (draw,) = self.draw_patches("inner", 0, steps=1)
            images, soft_labels = self.problem.batch(self.problem.cut(state.poster, state.labels), draw)
            parameters = self.fresh_network("network", 0)
            self._kept_step_bytes = kept_bytes(
                lambda: self.problem.record(parameters, images, soft_labels)[1]
            )
        return self._kept_step_bytes

    def _updated(self, state: State, poster: Tensor, labels: Tensor | None, factor: float) -> State:
        """The state after outer Adam on the gradients of poster and, where learned, labels."""
        outer, step = self.config.outer, state.step + 1
        value, first, second = adam_step(
            state.poster, state.poster_first, state.poster_second, poster, step, outer.learning_rate * factor
        )
        state = replace(state, step=step, poster=value, poster_first=first, poster_second=second)
        if labels is None:
            return state
        rate = (self.config.labels.learning_rate or outer.learning_rate) * factor
        value, first, second = adam_step(
            state.labels, state.labels_first, state.labels_second, labels, step, rate
        )
        value = clip_labels(value, state.labels)
        return replace(state, labels=value, labels_first=first, labels_second=second)

    def fresh_network(self, purpose: str, *address: int) -> Tensor:
        """Parameters of a fresh network, flat, on the device."""
        source = random_streams.generator(self.config.seed, purpose, *address)
        return self.network.initial_parameters(source).to(device=self.device, dtype=self.dtype)

    def draw_patches(self, purpose: str, *address: int, steps: int) -> list[PatchDraw]:
        """What ``steps`` inner steps train on, drawn at once."""
        config = self.config
        source = random_streams.generator(config.seed, purpose, *address)
        batch = config.inner.patch_batch
        indices = random_streams.subsets(self.layout.patches, batch, steps, source).to(self.device)
        drawn = augmentation.draw(config.augmentation.patches, steps, batch, source)
        return [
            PatchDraw(subset, augmentation.to(self.device))
            for subset, augmentation in zip(indices, drawn, strict=True)
        ]

    def snapshot(self, state: State) -> PosterSnapshot:
        """The poster and labels of ``state`` on the CPU."""
        labels = self.problem.reader(state.labels)
        return PosterSnapshot(
            state.step, state.poster.float().cpu().numpy().copy(), labels.float().cpu().numpy().copy()
        )
