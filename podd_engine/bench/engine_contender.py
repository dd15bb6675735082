"""The engine as a contender: ``python -m podd_engine.bench.engine_contender WORK``, see `WORK`."""

import sys
from collections.abc import Callable

from podd_engine.bench.protocol import Prepare, serve
from podd_engine.bench.synthetic_data import stand_in
from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.evaluation import evaluate
from podd_engine.runtime.allocator import keep_freed_memory
from podd_engine.runtime.coroutines import finish
from podd_engine.runtime.precision import set_precision


def make_distiller(config: DistillationConfig) -> Distiller:
    """The algorithm over stand-in images, compiled where ``config`` says it is on."""
    keep_freed_memory()
    set_precision(config.compute)
    images, grid = stand_in(config)
    distiller = Distiller(config, images, images, grid)
    if config.compute.compile == "on":
        distiller.compile()
    return distiller


def outer_steps(config: DistillationConfig) -> Callable[[], None]:
    """Work: the next outer step."""
    distiller = make_distiller(config)
    state = distiller.init_state(config.seed)

    def step() -> None:
        nonlocal state
        state, _ = finish(distiller.stepping(state))

    return step


def evaluating(config: DistillationConfig, at_once: int) -> Callable[[], None]:
    """Work: an evaluation of the config's number of networks, ``at_once`` in a call."""
    distiller = make_distiller(config)
    state, settings = distiller.init_state(config.seed), config.evaluation

    def work() -> None:
        for _ in range(0, settings.networks, at_once):
            computation = evaluate(
                distiller,
                state,
                networks=at_once,
                lengths=settings.steps,
                train_images=settings.train_images,
            )
            finish(computation)

    return work


WORK: dict[str, Prepare] = {
    "outer-step": outer_steps,
    "evaluation-together": lambda config: evaluating(config, config.evaluation.networks),
    "evaluation-one-by-one": lambda config: evaluating(config, 1),
}
"""What a repetition is, by name."""

if __name__ == "__main__":
    serve(WORK[sys.argv[1]])
