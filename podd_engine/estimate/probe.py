"""Measure the operations of a run for a few seconds with the run's own distiller."""

import time
from collections.abc import Callable, Iterable
from statistics import fmean, median
from typing import NamedTuple

from podd_engine.config.sections import TruncationConfig
from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.evaluation import network_scorer, parallel_networks
from podd_engine.distillation.real_data import score_network
from podd_engine.distillation.state import State
from podd_engine.distillation.truncation import TruncationSchedule, TruncationSpan
from podd_engine.estimate.cost_model import StepCounts, StepTimings
from podd_engine.runtime.coroutines import Computation, run_concurrently, run_to_completion

PROBE_SECONDS = 1.5
"""Approximate duration of the outer-step measurement."""

PROBED_UNDIFFERENTIATED, PROBED_WINDOW, PROBED_MICRO_BATCHES = 4, 4, 3
"""Maximum numbers of inner steps and micro-batches in a measured outer step. More than one of each."""

MIN_PROBED_STEPS = 2
"""Minimum number of measured outer steps after the first, which also warms up, if time allows."""

EVALUATION_PROBE_SECONDS, WARM_UP_REPETITIONS = 0.4, 4
"""Approximate duration of the measurement of an evaluation operation, and repetitions to warm up."""

PROBED_TEST_IMAGES = 200
"""Number of test images in the measurement of an evaluation."""

MAX_SAMPLED_SPANS = 2000
"""Maximum number of outer steps whose truncation span is counted. Longer runs are sampled evenly."""


class _ProbedStep(NamedTuple):
    """Durations of a measured outer step in seconds: segments between pause points by kind, and total."""

    undifferentiated: list[float]
    window: list[float]
    real: list[float]
    adjoint: list[float]
    total: float


def probe(distiller: Distiller) -> tuple[StepTimings, StepCounts]:
    """Measure the operations of a run and count their repetitions.

    Args:
        distiller: distiller of the run, compiled if the run is compiled. Its truncation, real batch and
            activation cache are changed during the measurement. If memory is short, the distiller reduces
            its memory use as in the run.

    Raises:
        OutOfMemoryError: the memory is not sufficient even with the lowest memory use.
        DivergedError: the gradient of the first outer step is not finite.
    """
    state = distiller.init_state(distiller.config.seed)
    steps = _probe_outer_steps(distiller, state)
    undifferentiated = _median_of_means(step.undifferentiated[1:] or step.undifferentiated for step in steps)
    window = _median_of_means(step.window[1:] or step.window for step in steps)
    real = _median_of_means(step.real for step in steps)
    adjoint = _median_of_means(step.adjoint for step in steps)
    remainders = [
        step.total
        - len(step.undifferentiated) * undifferentiated
        - len(step.window) * window
        - len(step.real) * real
        - len(step.adjoint) * adjoint
        for step in steps
    ]
    evaluation_step, evaluation_batch = _probe_evaluation(distiller, state)
    timings = StepTimings(
        undifferentiated=undifferentiated or window,
        window=window,
        adjoint=adjoint,
        real=real,
        outer=max(0.0, median(remainders)),
        evaluation_step=evaluation_step,
        evaluation_batch=evaluation_batch,
    )
    return timings, _counts(distiller)


def _median_of_means(segments: Iterable[list[float]]) -> float:
    """Return the median over outer steps of the mean segment duration.

    The median ignores a few outer steps that another program slowed down.
    """
    means = [fmean(durations) for durations in segments if durations]
    return median(means) if means else 0.0


def longest_window(config: TruncationConfig) -> int:
    """Return the number of inner steps of the longest possible window."""
    return config.total if config.kind == "growing" else config.window


def probed_span(distiller: Distiller) -> TruncationSpan:
    """Return the truncation span of a measured outer step."""
    truncation = distiller.config.truncation
    latest = 0 if truncation.kind == "growing" else truncation.total - truncation.window
    return TruncationSpan(min(PROBED_UNDIFFERENTIATED, latest), min(PROBED_WINDOW, truncation.window))


def _probe_outer_steps(distiller: Distiller, state: State) -> list[_ProbedStep]:
    """Measure outer steps. The first one is returned only if there is no time for others."""
    config = distiller.config
    span = probed_span(distiller)
    original = distiller.truncation, distiller.real_batch, distiller.kept_memory
    fixed = TruncationConfig(
        kind="random", minimum=span.undifferentiated, window=span.window, total=sum(span)
    )
    distiller.truncation = TruncationSchedule(fixed, config.seed, distiller.steps_per_epoch)
    # The measured window caches the same share of its steps as the window of the run.
    window = longest_window(config.truncation)
    if 0 < distiller.cached_steps(window) < window:
        distiller.kept_memory *= span.window / window
    steps: list[_ProbedStep] = []
    start = time.perf_counter()
    try:
        while len(steps) <= MIN_PROBED_STEPS or time.perf_counter() - start < PROBE_SECONDS:
            # The distiller lowers its micro-batch when memory is short, so set the batch before each step.
            distiller.real_batch = min(original[1], PROBED_MICRO_BATCHES * distiller.micro_batch)
            steps.append(_probe_outer_step(distiller, state, span))
            if time.perf_counter() - start > 2 * PROBE_SECONDS:
                break
    finally:
        distiller.truncation, distiller.real_batch = original[:2]
        if distiller.kept_memory:  # 0 if the distiller gave up the cache because memory was short
            distiller.kept_memory = original[2]
    return steps[1:] or steps


def _probe_outer_step(distiller: Distiller, state: State, span: TruncationSpan) -> _ProbedStep:
    """Measure one outer step and its segments between pause points."""
    segments: list[float] = []
    computation = distiller.step_coroutine(state)
    start = latest = time.perf_counter()
    while True:
        try:
            notice = next(computation)
        except StopIteration as stop:
            state, _ = stop.value
            break
        now = time.perf_counter()
        if notice is not None:  # the step restarts with less memory
            segments.clear()
            start = latest = time.perf_counter()
            continue
        segments.append(now - latest)
        latest = now
    distiller.snapshot(state)
    total = time.perf_counter() - start
    window_start, window_end = span.undifferentiated, span.undifferentiated + span.window
    return _ProbedStep(
        segments[:window_start],
        segments[window_start:window_end],
        segments[window_end : len(segments) - span.window],
        segments[len(segments) - span.window :],
        total,
    )


def _probe_evaluation(distiller: Distiller, state: State) -> tuple[float, float]:
    """Measure the seconds of an inner step and of an image batch for networks that train in parallel."""
    patches = distiller.inner_loop.cut_patches(state.poster, state.labels)
    images = distiller.test.random_subset(PROBED_TEST_IMAGES, distiller.config.seed)
    batches = sum(1 for _ in images.evaluation_batches())

    def train(number: int, steps: int) -> Computation[None]:
        inner_loop = distiller.inner_loop
        inner = inner_loop.start(distiller.fresh_network("evaluation-network", 0, number))
        for draw in distiller.draw_patches("evaluation-inner", 0, number, steps=steps):
            inner = inner_loop.step(inner, patches, draw)
            yield None
        float(inner.parameters[0])  # wait for pending work on a GPU

    def score(number: int, repetitions: int) -> Computation[None]:
        parameters = distiller.fresh_network("evaluation-network", 0, number)
        with network_scorer(distiller, parameters, patches.images) as network:
            for _ in range(repetitions):
                yield from score_network(network, images)

    return (
        _time_repetition(distiller, train, distiller.config.evaluation.steps[-1]),
        _time_repetition(distiller, score, -(-len(distiller.test) // len(images))) / batches,
    )


def _time_repetition(
    distiller: Distiller, make_computation: Callable[[int, int], Computation[None]], max_repetitions: int
) -> float:
    """Return the seconds of one repetition in computations that run in parallel.

    Args:
        distiller: distiller of the run.
        make_computation: returns a computation for a network number and a number of repetitions.
        max_repetitions: number of repetitions in a real evaluation.
    """
    parallel = parallel_networks(distiller, distiller.config.evaluation.networks)

    def seconds_per_repetition(repetitions: int) -> float:
        computations = [make_computation(number, repetitions) for number in range(parallel)]
        start = time.perf_counter()
        run_to_completion(run_concurrently(computations, parallel) if parallel > 1 else computations[0])
        return (time.perf_counter() - start) / repetitions

    first = seconds_per_repetition(1)
    if first > EVALUATION_PROBE_SECONDS:
        return first
    # The first repetition includes the warm-up, so it overestimates the time.
    rough = seconds_per_repetition(min(max_repetitions, WARM_UP_REPETITIONS))
    return seconds_per_repetition(min(max_repetitions, max(1, round(EVALUATION_PROBE_SECONDS / rough))))


def _counts(distiller: Distiller) -> StepCounts:
    config = distiller.config
    steps, evaluation = config.outer.steps, config.evaluation
    # A moving window is counted at its initial position because its moves depend on future losses.
    spans = [distiller.truncation.span(step, 0) for step in range(0, steps, -(-steps // MAX_SAMPLED_SPANS))]
    evaluation_data = (distiller.test, distiller.train.random_subset(evaluation.train_images, config.seed))
    return StepCounts(
        undifferentiated=sum(span.undifferentiated for span in spans) / len(spans),
        window=sum(span.window for span in spans) / len(spans),
        real=-(-distiller.real_batch // distiller.micro_batch),
        network_groups=-(-evaluation.networks // parallel_networks(distiller, evaluation.networks)),
        evaluation_batches=sum(1 for images in evaluation_data for _ in images.evaluation_batches()),
    )
