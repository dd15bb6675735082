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
    """Evaluate the poster with newly initialized networks, with pause points between inner steps.

    The number of networks and the training lengths come from the config of the run.

    Args:
        distiller: trains the networks.
        state: poster and labels. The evaluation does not influence the random draws of later steps.

    Returns:
        The state with updated best loss and window position, the evaluation, and its details.
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
    """Record the training loss of an evaluation.

    After ``patience`` evaluations without improvement, advance a moving window by one position.
    """
    state = replace(state, evaluated=state.step)
    if loss < state.best_loss:
        return replace(state, best_loss=loss, stalled=0)
    if state.stalled + 1 < patience:
        return replace(state, stalled=state.stalled + 1)
    return replace(state, stalled=0, window_moves=state.window_moves + 1)
