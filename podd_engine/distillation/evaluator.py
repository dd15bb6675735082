"""Evaluate the state of a run and record the result in it."""

import time
from dataclasses import replace

from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.evaluation import evaluate
from podd_engine.distillation.state import State
from podd_engine.runtime.coroutines import Computation
from podd_engine.runtime.events import Evaluation, EvaluationDetails


def evaluate_state(
    distiller: Distiller, state: State
) -> Computation[tuple[State, Evaluation, EvaluationDetails]]:
    """Evaluate the poster with newly initialized networks, pausing between inner steps.

    Number of networks and training lengths come from the run's config.

    Args:
        distiller: trains the networks.
        state: the poster and its labels. The evaluation does not change its random draws.

    Returns:
        The state with an updated best loss and window position, the evaluation, and its details.
    """
    config = distiller.config.evaluation
    began = time.perf_counter()
    results, details = yield from evaluate(
        distiller, state, networks=config.networks, lengths=config.steps, train_images=config.train_images
    )
    loss = min(result.train_loss for result in results)
    best = loss < state.best_loss
    report = Evaluation(state.step, config.networks, results, best, time.perf_counter() - began)
    return _record_evaluation(state, loss, distiller.config.truncation.patience), report, details


def _record_evaluation(state: State, loss: float, patience: int) -> State:
    """Record ``loss``; after ``patience`` evaluations without improvement, advance the window."""
    state = replace(state, evaluated=state.step)
    if loss < state.best_loss:
        return replace(state, best_loss=loss, stalled=0)
    if state.stalled + 1 < patience:
        return replace(state, stalled=state.stalled + 1)
    return replace(state, stalled=0, window_moves=state.window_moves + 1)
