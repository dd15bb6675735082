"""The published loop in the benchmarks computes the same meta-gradient as the engine."""

import importlib
import warnings
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

from podd_engine.bench.contenders import with_span
from podd_engine.bench.synthetic_data import synthetic_data
from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.outer_optimizer import BETA1

CONFIG = DistillationConfig.parse(
    {
        "dataset": {"name": "cifar10", "image_size": 12},
        "poster": {"width": 40, "height": 20},
        "patches": {"columns": 5, "rows": 3},
        "network": {"width": 6, "depth": 2},
        "inner": {"patch_batch": 8, "learning_rate": 0.01},
        "outer": {"real_batch": 24},
        "augmentation": {"patches": [], "real": []},
        "compute": {"device": "cpu", "precision": "float64", "strategy": "stored"},
    }
)


@pytest.fixture
def baseline(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Module tests/benchmarks/baseline.py."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # higher compares numbers with "is"
        pytest.importorskip("higher", reason="the published loop requires the extra 'bench'")
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "benchmarks")
    return importlib.import_module("baseline")


def copy_parameters(network: nn.Sequential, parameters: dict[str, torch.Tensor]) -> None:
    """Copy ``parameters`` of the engine to the published network.

    The published network has additional biases, which keep their values.
    """
    layers = [layer for layer in network if list(layer.parameters())]
    names = list(dict.fromkeys(name.rpartition(".")[0] for name in parameters))
    for layer, name in zip(layers, names, strict=True):
        for leaf in ("weight", "bias"):
            if f"{name}.{leaf}" in parameters:
                getattr(layer, leaf).data.copy_(parameters[f"{name}.{leaf}"])


@pytest.mark.parametrize("labels", ["fixed", "learned"])
@pytest.mark.parametrize(("undifferentiated", "window"), [(0, 1), (3, 7)])
def test_meta_gradient_of_the_published_loop_equals_the_engine(
    baseline: ModuleType, undifferentiated: int, window: int, labels: str
) -> None:
    config = with_span(CONFIG.with_values({"labels.kind": labels}), window, undifferentiated)
    data = synthetic_data(config)
    distiller = Distiller(config, data.images, data.images, data.grid)
    state = distiller.init_state(seed=0)
    after, report = distiller.step(state)

    loop = baseline.PublishedLoop(config, data)
    loop.poster.data.copy_(state.poster)
    network = loop.fresh_network()
    copy_parameters(network, distiller.network.split(distiller.fresh_network("network", 0)))
    draws = distiller.draw_patches("inner", 0, steps=undifferentiated + window)
    loss = loop.real_loss(network, [draw.indices for draw in draws], data.images.images, data.images.labels)
    loss.backward()

    # At the first outer step, nothing is clipped and Adam's first moment is (1 - β₁) times the gradient.
    assert float(loss.detach()) == pytest.approx(report.loss, rel=1e-10)
    pairs = [(loop.poster.grad, after.poster_first / (1 - BETA1))]
    if labels == "learned":
        pairs.append((loop.labels.grad, after.labels_first / (1 - BETA1)))
    for found, expected in pairs:
        assert float((found - expected).norm() / expected.norm()) < 1e-10


def test_outer_steps_of_the_published_loop_change_the_poster(baseline: ModuleType) -> None:
    config = with_span(CONFIG, 2, 1).with_values(
        {"augmentation.patches": ["flip", "rotate"], "augmentation.real": ["flip", "rotate"]}
    )
    loop = baseline.PublishedLoop(config, synthetic_data(config))
    before = loop.poster.detach().clone()
    for _ in range(4):
        loop.outer_step()
    moved = (loop.poster.detach() - before).abs()
    assert 0 < float(moved.max()) < 5 * config.outer.learning_rate
