"""The distillation algorithm as a stepper: each outer step maps a state to a new state."""

import math
import time
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation import augmentation
from podd_engine.distillation.inner_loop import InnerLoop, PatchDraw
from podd_engine.distillation.inner_optimizers import inner_optimizer
from podd_engine.distillation.memory_budget import (
    activation_cache_limit,
    recorded_step_bytes,
)
from podd_engine.distillation.meta_gradient import MetaGradient, UnrolledWindow, compute_meta_gradient
from podd_engine.distillation.outer_optimizer import adam_step, clip_to_average, learning_rate_factor
from podd_engine.distillation.real_data import RealData, loss_and_gradient
from podd_engine.distillation.soft_labels import LabelReader, build_label_scheme, clip_labels
from podd_engine.distillation.state import State
from podd_engine.distillation.step_functions import EagerStepFunctions
from podd_engine.distillation.truncation import TruncationSchedule, TruncationSpan
from podd_engine.errors import DivergedError, OutOfMemoryError, is_out_of_memory
from podd_engine.networks import build
from podd_engine.poster.patches import PatchCutter, initial_poster
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runtime import random_streams
from podd_engine.runtime.allocator import release_freed_memory
from podd_engine.runtime.coroutines import Computation, run_to_completion
from podd_engine.runtime.events import Notice, PosterSnapshot, StepReport
from podd_engine.runtime.precision import AUTOCAST_DTYPES

CPU_MAX_ACTIVATIONS, CPU_MAX_IMAGES = 1 << 21, 64
"""Limits of a micro-batch on a CPU: first-layer activations, and images.

Larger micro-batches do not fit the caches of the CPU and take longer per image.
"""

BATCH_NORM_MAX_IMAGES = 250
"""Limit of a micro-batch, in images, for networks with batch norm.

Batch statistics depend on the micro-batch, so this limit does not depend on activations.
"""

MIN_MICRO_BATCH, MIN_PATCH_MICRO_BATCH = 16, 8
"""Smallest micro-batches of real images and of patches when memory is short.

Below these sizes, micro-batches are not what fills the memory.
"""


class Distiller:
    """Poster distillation (PoDD, arXiv 2403.12040) with RaT-BPTT (arXiv 2311.07025).

    Args:
        config: config of the run.
        train: preprocessed training images, [images, channels, height, width]. Their device and dtype
            are those of all computations.
        test: preprocessed test images on the same device. They are only measured: no decision depends on
            them.
        grid: int64 [class rows, class columns], class index in each cell of the class grid.

    Raises:
        ConfigError: the network does not support the image size.
    """

    def __init__(
        self, config: DistillationConfig, train: RealData, test: RealData, grid: NDArray[np.int64]
    ) -> None:
        self.config, self.layout = config, config.layout
        self.train, self.test = train, test
        self.device, self.dtype = train.images.device, train.images.dtype
        self.channels = train.images.shape[1]
        self.label_scheme = build_label_scheme(config.labels, self.layout, grid)
        self.network = build(
            config.network.name,
            channels=self.channels,
            classes=self.layout.classes,
            image_size=config.dataset.image_size,
            width=config.network.width,
            depth=config.network.depth,
        ).to(self.device, self.dtype)
        optimizer = inner_optimizer(config.inner)
        self.step_functions = EagerStepFunctions(
            self.network, optimizer, AUTOCAST_DTYPES.get(config.compute.precision)
        )
        self.inner_loop = InnerLoop(
            self.step_functions,
            optimizer,
            PatchCutter(self.layout, self.device),
            LabelReader(self.label_scheme, self.device, self.dtype),
            micro_batch=config.inner.patch_batch
            if self.network.batch_norms
            else self._equal_micro_batch(config.inner.patch_batch),
        )
        self.real_batch = min(config.outer.real_batch, len(train))
        self.steps_per_epoch = math.ceil(len(train) / self.real_batch)
        self.truncation = TruncationSchedule(config.truncation, config.seed, self.steps_per_epoch)
        self.micro_batch = min(
            self.real_batch, config.compute.micro_batch or self._equal_micro_batch(self.real_batch)
        )
        self.kept_memory = activation_cache_limit(config.compute, self.device)
        self.compiled = False
        self._cached_step_bytes: int | None = None

    def _equal_micro_batch(self, batch: int) -> int:
        """Return the default micro-batch size for a batch of ``batch`` images."""
        if self.device.type != "cpu":
            return batch
        activations = self.config.network.width * self.config.dataset.image_size**2
        limit = min(batch, CPU_MAX_IMAGES, max(1, CPU_MAX_ACTIVATIONS // activations))
        if self.network.batch_norms:
            limit = min(batch, BATCH_NORM_MAX_IMAGES)
        # Prefer micro-batches of equal size: steps are compiled for one size only.
        return next((size for size in range(limit, limit // 2, -1) if batch % size == 0), limit)

    def compile(self, report: ProgressCallback = ignore_progress) -> None:
        """Compile the step functions for the shapes of this run.

        Args:
            report: progress callback. It may raise `CancelledError` between two functions.

        Raises:
            CompileError: this machine has no working compiler.
            CancelledError: ``report`` canceled the compilation.
        """
        from podd_engine.distillation.compiled_step import CompiledStepFunctions

        state = self.init_state(self.config.seed)
        (draw,) = self.draw_patches("inner", 0, steps=1)
        images, soft_labels = self.inner_loop.batch(
            self.inner_loop.cut_patches(state.poster, state.labels), draw
        )
        optimizer_state = self.inner_loop.start(self.fresh_network("network", 0)).optimizer_state
        real = self.train.random_subset(self.micro_batch, self.config.seed)
        evaluation_batch = next(self.test.evaluation_batches())
        micro_batch = slice(self.inner_loop.micro_batch)
        step_functions = CompiledStepFunctions(
            self.step_functions,
            optimizer_state,
            images[micro_batch],
            soft_labels[micro_batch],
            real.images,
            real.labels,
            *evaluation_batch,
            report,
        )
        self.inner_loop = replace(self.inner_loop, step_functions=step_functions)
        self.compiled, self._cached_step_bytes = True, None
        release_freed_memory()  # the compiler has used about 0.5 GB

    def init_state(self, seed: int) -> State:
        """Return the state before the first outer step, with a random poster drawn from ``seed``."""
        poster = initial_poster(self.layout, self.channels, random_streams.generator(seed, "poster"))
        poster = poster.to(device=self.device, dtype=self.dtype)
        labels = torch.as_tensor(self.label_scheme.initial, device=self.device, dtype=self.dtype)
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
        """Take one outer step without pause points; see `step_coroutine`."""
        return run_to_completion(self.step_coroutine(state))

    def step_coroutine(self, state: State) -> Computation[tuple[State, StepReport]]:
        """Take one outer step, with pause points between inner steps.

        If memory runs out, the step reduces its memory use, yields a `Notice` and starts again. The
        smaller memory use remains for later steps.

        Args:
            state: state before the step. It is not modified.

        Returns:
            The state after the step, and the report of the step.

        Raises:
            DivergedError: the loss or the gradient is not finite. ``state`` remains valid.
            OutOfMemoryError: memory is insufficient even with the smallest micro-batches.
        """
        while True:
            try:
                return (yield from self._attempt_step(state))
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                notice = self._reduce_memory_use(error)
            yield notice

    def _reduce_memory_use(self, error: Exception) -> Notice:
        """Reduce the memory use of this and later steps by one level, and describe the change.

        The levels are: no cached activations, smaller micro-batches of real images, smaller
        micro-batches of patches. Results change only by rounding, except for networks with batch norm,
        whose real loss depends on the micro-batch size.

        Raises:
            OutOfMemoryError: no level is left.
        """
        if self.kept_memory:
            self.kept_memory = 0
            return Notice("Memory is short: activations of the window are no longer cached")
        if self.micro_batch > MIN_MICRO_BATCH:
            self.micro_batch = max(MIN_MICRO_BATCH, self.micro_batch // 2)
            return Notice(f"Memory is short: micro-batch of real images reduced to {self.micro_batch}")
        patches = self.inner_loop.micro_batch
        if patches > MIN_PATCH_MICRO_BATCH and not self.network.batch_norms:
            patches = max(MIN_PATCH_MICRO_BATCH, patches // 2)
            self.inner_loop = replace(self.inner_loop, micro_batch=patches)
            return Notice(f"Memory is short: micro-batch of patches reduced to {patches}")
        raise OutOfMemoryError(
            "out of memory even with the smallest micro-batches; lower inner.patch_batch or network.width"
        ) from error

    def _attempt_step(self, state: State) -> Computation[tuple[State, StepReport]]:
        """Take one outer step with the current memory use; see `step_coroutine`."""
        began = time.perf_counter()
        config = self.config
        span = self.truncation.span(state.step, state.window_moves)
        gradient = yield from self.meta_gradient_coroutine(state, span)
        clipped, norm, average = clip_to_average(gradient.poster, state.average_norm, config.outer)
        if not math.isfinite(float(gradient.loss)) or not math.isfinite(float(norm)):
            raise DivergedError(
                f"the loss or its gradient is not finite at outer step {state.step + 1}; "
                "lower outer.learning_rate, inner.learning_rate or truncation.window"
            )
        factor = learning_rate_factor(config.outer, state.step)
        rate = config.outer.learning_rate * factor
        after = self._apply_outer_update(state, clipped, gradient.labels, factor)
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

    def meta_gradient_coroutine(self, state: State, span: TruncationSpan) -> Computation[MetaGradient]:
        """Compute the meta-gradient of one outer step, before clipping.

        A newly initialized network takes ``span.undifferentiated`` inner steps (warm-up steps) and then
        the ``span.window`` inner steps of the differentiated window. There is a pause point after every
        inner step and after every micro-batch.

        Args:
            state: poster and labels. ``state.step`` determines all random draws.
            span: lengths of the warm-up and of the window. `TruncationSchedule.span` returns the
                lengths that the run uses.

        Returns:
            The real loss after the window and its gradients.
        """
        config, inner_loop = self.config, self.inner_loop
        draws = self.draw_patches("inner", state.step, steps=span.undifferentiated + span.window)
        inner = inner_loop.start(self.fresh_network("network", state.step))
        patches = inner_loop.cut_patches(state.poster, state.labels)
        for draw in draws[: span.undifferentiated]:
            inner = inner_loop.step(inner, patches, draw)
            yield None
        batch = self.train.batch(self.real_batch, state.step, config.seed, config.augmentation.real)

        def terminal(parameters: Tensor) -> Computation[tuple[Tensor, Tensor]]:
            return loss_and_gradient(inner_loop.step_functions, parameters, batch, self.micro_batch)

        window = draws[span.undifferentiated :]
        learned = self.label_scheme.learned
        cached_steps = self.cached_steps(span.window)
        unroll = UnrolledWindow(
            inner_loop, inner, window, state.poster, state.labels, learned, terminal, cached_steps
        )
        return (yield from compute_meta_gradient(unroll))

    def cached_steps(self, window: int) -> int:
        """Return how many steps of a window of ``window`` steps fit the activation cache."""
        if not self.kept_memory:
            return 0
        return int(min(window, self.kept_memory / self.cached_step_bytes()))

    def cached_step_bytes(self) -> int:
        """Return the size of one inner step in the activation cache, in bytes, measured once."""
        if self._cached_step_bytes is None:
            state = self.init_state(self.config.seed)
            (draw,) = self.draw_patches("inner", 0, steps=1)
            images, soft_labels = self.inner_loop.batch(
                self.inner_loop.cut_patches(state.poster, state.labels), draw
            )
            parameters = self.fresh_network("network", 0)
            self._cached_step_bytes = recorded_step_bytes(
                lambda: self.inner_loop.record(parameters, images, soft_labels)[1]
            )
        return self._cached_step_bytes

    def _apply_outer_update(
        self, state: State, poster_gradient: Tensor, labels_gradient: Tensor | None, factor: float
    ) -> State:
        """Update the poster and, if they are learned, the labels with outer Adam.

        Args:
            state: state before the step.
            poster_gradient: clipped gradient, [channels, height, width].
            labels_gradient: gradient of the label array, [cells, classes]; None for fixed labels.
            factor: learning-rate factor of the schedule, in [0, 1].

        Returns:
            The state after the step. ``average_norm`` is not updated.
        """
        outer, step = self.config.outer, state.step + 1
        value, first, second = adam_step(
            state.poster,
            state.poster_first,
            state.poster_second,
            poster_gradient,
            step,
            outer.learning_rate * factor,
        )
        state = replace(state, step=step, poster=value, poster_first=first, poster_second=second)
        if labels_gradient is None:
            return state
        rate = (self.config.labels.learning_rate or outer.learning_rate) * factor
        value, first, second = adam_step(
            state.labels, state.labels_first, state.labels_second, labels_gradient, step, rate
        )
        value = clip_labels(value, state.labels)
        return replace(state, labels=value, labels_first=first, labels_second=second)

    def fresh_network(self, purpose: str, *address: int) -> Tensor:
        """Return the parameters of a newly initialized network.

        Args:
            purpose: purpose of the random stream; see `random_streams.generator`.
            *address: address within the stream, for example the outer step.

        Returns:
            Flat parameters [parameter_count] on the device, in the dtype of the run.
        """
        source = random_streams.generator(self.config.seed, purpose, *address)
        return self.network.initial_parameters(source).to(device=self.device, dtype=self.dtype)

    def draw_patches(self, purpose: str, *address: int, steps: int) -> list[PatchDraw]:
        """Draw the patches and augmentations of ``steps`` inner steps.

        Args:
            purpose: purpose of the random stream; see `random_streams.generator`.
            *address: address within the stream, for example the outer step.
            steps: number of inner steps.

        Returns:
            One draw per inner step, on the device.
        """
        config = self.config
        source = random_streams.generator(config.seed, purpose, *address)
        batch = config.inner.patch_batch
        indices = random_streams.random_subsets(self.layout.patches, batch, steps, source).to(self.device)
        augmentations = augmentation.draw(config.augmentation.patches, steps, batch, source)
        return [
            PatchDraw(subset, drawn.to(self.device))
            for subset, drawn in zip(indices, augmentations, strict=True)
        ]

    def snapshot(self, state: State) -> PosterSnapshot:
        """Copy the poster and the soft labels of all patches to float32 arrays on the CPU."""
        labels = self.inner_loop.label_reader(state.labels)
        return PosterSnapshot(
            state.step, state.poster.float().cpu().numpy().copy(), labels.float().cpu().numpy().copy()
        )
