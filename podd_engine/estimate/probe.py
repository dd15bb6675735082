"""Measuring the parts of a run with the run's own distiller, in a few seconds."""

import time
from collections.abc import Callable, Iterable
from statistics import fmean, median
from typing import NamedTuple

from podd_engine.config.schema import TruncationConfig
from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.evaluation import network_scorer, parallel_networks
from podd_engine.distillation.real_data import score_network
from podd_engine.distillation.state import State
from podd_engine.distillation.truncation import TruncationSchedule, TruncationSpan
from podd_engine.estimate.cost_model import StepCounts, StepTimings
from podd_engine.runtime.coroutines import Computation, run_concurrently, run_to_completion

PROBE_SECONDS = 1.5
"""About how long outer steps are probed."""

PROBED_UNDIFFERENTIATED, PROBED_WINDOW, PROBED_MICRO_BATCHES = 4, 4, 3
"""Inner steps and micro-batches of a probed outer step, at most: few, and more than one of each."""

MIN_PROBED_STEPS = 2
"""Probed outer steps after the first, which also warms up, where they take no longer than they may."""

EVALUATION_PROBE_SECONDS, WARM_UP_REPETITIONS = 0.4, 4
"""About how long a piece of an evaluation is timed, and how often it is repeated before that."""

PROBED_TEST_IMAGES = 200
"""Test images of such a piece."""

MAX_SAMPLED_SPANS = 2000
"""Outer steps whose truncation is looked at; more are looked at evenly spaced."""


class _ProbedStep(NamedTuple):
    """A probed outer step: its segments between pause points, by kind, and all it took; seconds."""

    undifferentiated: list[float]
    window: list[float]
    real: list[float]
    adjoint: list[float]
    total: float


def probe(distiller: Distiller) -> tuple[StepTimings, StepCounts]:
    """Seconds of the parts of a run, and how often it repeats them.

    Args:
        distiller: of the run, compiled if the run is; takes other spans and real batches while it is
            probed. Where memory is short it settles for less, as it would in the run.

    Raises:
        OutOfMemoryError: there is not enough memory for the thriftiest way.
        DivergedError: the poster's first step has no finite gradient.
    """
    state = distiller.init_state(distiller.config.seed)
    passes = _probe_outer_steps(distiller, state)
    undifferentiated = _median_of_means(one.undifferentiated[1:] or one.undifferentiated for one in passes)
    window = _median_of_means(one.window[1:] or one.window for one in passes)
    real = _median_of_means(one.real for one in passes)
    adjoint = _median_of_means(one.adjoint for one in passes)
    rest = [
        one.total
        - len(one.undifferentiated) * undifferentiated
        - len(one.window) * window
        - len(one.real) * real
        - len(one.adjoint) * adjoint
        for one in passes
    ]
    training, measuring = _probe_evaluation(distiller, state)
    timings = StepTimings(
        undifferentiated=undifferentiated or window,
        window=window,
        adjoint=adjoint,
        real=real,
        outer=max(0.0, median(rest)),
        training=training,
        measuring=measuring,
    )
    return timings, _counts(distiller)


def _median_of_means(segments: Iterable[list[float]]) -> float:
    """Seconds of a segment: the mean of a pass, in the middle of all passes.

    Another program that was at work for a moment has slowed a few passes, and says nothing of the run.
    """
    means = [fmean(part) for part in segments if part]
    return median(means) if means else 0.0


def longest_window(config: TruncationConfig) -> int:
    """Inner steps of the longest window there can be."""
    return config.total if config.kind == "growing" else config.window


def probed_span(distiller: Distiller) -> TruncationSpan:
    """The span of a probed outer step."""
    truncation = distiller.config.truncation
    latest = 0 if truncation.kind == "growing" else truncation.total - truncation.window
    return TruncationSpan(min(PROBED_UNDIFFERENTIATED, latest), min(PROBED_WINDOW, truncation.window))


def _probe_outer_steps(distiller: Distiller, state: State) -> list[_ProbedStep]:
    """Probed outer steps; the first only where there is time for no other."""
    config = distiller.config
    span = probed_span(distiller)
    own = distiller.truncation, distiller.real_batch, distiller.kept_memory
    fixed = TruncationConfig(
        kind="random", minimum=span.undifferentiated, window=span.window, total=sum(span)
    )
    distiller.truncation = TruncationSchedule(fixed, config.seed, distiller.steps_per_epoch)
    # As large a share of the probed window is kept as of the run's.
    window = longest_window(config.truncation)
    if 0 < distiller.cached_steps(window) < window:
        distiller.kept_memory *= span.window / window
    passes: list[_ProbedStep] = []
    began = time.perf_counter()
    try:
        while len(passes) <= MIN_PROBED_STEPS or time.perf_counter() - began < PROBE_SECONDS:
            # Again each time: memory may have turned out to be short.
            distiller.real_batch = min(own[1], PROBED_MICRO_BATCHES * distiller.micro_batch)
            passes.append(_probe_outer_step(distiller, state, span))
            if time.perf_counter() - began > 2 * PROBE_SECONDS:
                break
    finally:
        distiller.truncation, distiller.real_batch = own[:2]
        if distiller.kept_memory:  # unless memory has turned out to be short
            distiller.kept_memory = own[2]
    return passes[1:] or passes


def _probe_outer_step(distiller: Distiller, state: State, span: TruncationSpan) -> _ProbedStep:
    """One outer step, its pause points timed."""
    segments: list[float] = []
    computation = distiller.step_coroutine(state)
    began = latest = time.perf_counter()
    while True:
        try:
            notice = next(computation)
        except StopIteration as stop:
            state, _ = stop.value
            break
        now = time.perf_counter()
        if notice is not None:  # the step begins anew with less memory
            segments.clear()
            began = latest = time.perf_counter()
            continue
        segments.append(now - latest)
        latest = now
    distiller.snapshot(state)
    total = time.perf_counter() - began
    before, after = span.undifferentiated, span.undifferentiated + span.window
    return _ProbedStep(
        segments[:before],
        segments[before:after],
        segments[after : len(segments) - span.window],
        segments[len(segments) - span.window :],
        total,
    )


def _probe_evaluation(distiller: Distiller, state: State) -> tuple[float, float]:
    """Seconds of an inner step, and of a measured batch, of networks that train side by side."""
    patches = distiller.inner_loop.cut_patches(state.poster, state.labels)
    part = distiller.test.random_subset(PROBED_TEST_IMAGES, distiller.config.seed)
    batches = sum(1 for _ in part.evaluation_batches())

    def training(number: int, steps: int) -> Computation[None]:
        inner_loop = distiller.inner_loop
        inner = inner_loop.start(distiller.fresh_network("evaluation-network", 0, number))
        for draw in distiller.draw_patches("evaluation-inner", 0, number, steps=steps):
            inner = inner_loop.step(inner, patches, draw)
            yield None
        float(inner.parameters[0])  # a GPU may still be at work

    def measuring(number: int, times: int) -> Computation[None]:
        parameters = distiller.fresh_network("evaluation-network", 0, number)
        with network_scorer(distiller, parameters, patches.images) as network:
            for _ in range(times):
                yield from score_network(network, part)

    return (
        _time_repetition(distiller, training, distiller.config.evaluation.steps[-1]),
        _time_repetition(distiller, measuring, -(-len(distiller.test) // len(part))) / batches,
    )


def _time_repetition(
    distiller: Distiller, piece: Callable[[int, int], Computation[None]], most: int
) -> float:
    """Seconds of a repetition in computations side by side, of at most ``most`` of them.

    Args:
        distiller: what they belong to.
        piece: makes a computation from its number and how often it repeats.
        most: repetitions in a real evaluation.
    """
    at_once = parallel_networks(distiller, distiller.config.evaluation.networks)

    def timed(times: int) -> float:
        computations = [piece(number, times) for number in range(at_once)]
        began = time.perf_counter()
        run_to_completion(run_concurrently(computations, at_once) if at_once > 1 else computations[0])
        return (time.perf_counter() - began) / times

    first = timed(1)
    if first > EVALUATION_PROBE_SECONDS:
        return first
    # The first also warms up, so that it says too much.
    guess = timed(min(most, WARM_UP_REPETITIONS))
    return timed(min(most, max(1, round(EVALUATION_PROBE_SECONDS / guess))))


def _counts(distiller: Distiller) -> StepCounts:
    config = distiller.config
    steps, evaluation = config.outer.steps, config.evaluation
    # A moving window is counted where it starts: when it moves depends on losses to come.
    spans = [distiller.truncation.span(step, 0) for step in range(0, steps, -(-steps // MAX_SAMPLED_SPANS))]
    measured = (distiller.test, distiller.train.random_subset(evaluation.train_images, config.seed))
    return StepCounts(
        undifferentiated=sum(span.undifferentiated for span in spans) / len(spans),
        window=sum(span.window for span in spans) / len(spans),
        real=-(-distiller.real_batch // distiller.micro_batch),
        network_groups=-(-evaluation.networks // parallel_networks(distiller, evaluation.networks)),
        measured=sum(1 for images in measured for _ in images.evaluation_batches()),
    )
