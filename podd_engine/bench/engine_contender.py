"""Process of an engine contender: ``python -m podd_engine.bench.engine_contender WORKLOAD``.

WORKLOAD is a key of `WORKLOADS`.
"""

import sys
from collections.abc import Callable

from podd_engine.bench.protocol import WorkFactory, serve
from podd_engine.bench.synthetic_data import synthetic_data
from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.evaluation import evaluate
from podd_engine.runtime.allocator import keep_freed_memory
from podd_engine.runtime.coroutines import run_to_completion
from podd_engine.runtime.precision import set_precision


def make_distiller(config: DistillationConfig) -> Distiller:
    """Create a distiller with random images. It is compiled if ``compute.compile`` is "on"."""
    keep_freed_memory()
    set_precision(config.compute)
    images, grid = synthetic_data(config)
    distiller = Distiller(config, images, images, grid)
    if config.compute.compile == "on":
        distiller.compile()
    return distiller


def prepare_outer_step(config: DistillationConfig) -> Callable[[], None]:
    """Return a workload that performs the next outer step on each call."""
    distiller = make_distiller(config)
    state = distiller.init_state(config.seed)

    def step() -> None:
        nonlocal state
        state, _ = run_to_completion(distiller.step_coroutine(state))

    return step


def prepare_evaluation(config: DistillationConfig, networks_per_call: int) -> Callable[[], None]:
    """Return a workload that performs one evaluation.

    Args:
        config: config to measure.
        networks_per_call: networks that train in parallel in one call of `evaluate`.
    """
    distiller = make_distiller(config)
    state, settings = distiller.init_state(config.seed), config.evaluation

    def work() -> None:
        for _ in range(0, settings.networks, networks_per_call):
            computation = evaluate(
                distiller,
                state,
                networks=networks_per_call,
                lengths=settings.steps,
                train_images=settings.train_images,
            )
            run_to_completion(computation)

    return work


WORKLOADS: dict[str, WorkFactory] = {
    "outer-step": prepare_outer_step,
    "evaluation-together": lambda config: prepare_evaluation(config, config.evaluation.networks),
    "evaluation-one-by-one": lambda config: prepare_evaluation(config, 1),
}
"""Functions that prepare a workload, by name."""

if __name__ == "__main__":
    serve(WORKLOADS[sys.argv[1]])
