"""Fixtures: a short real run on the digits and a small synthetic bundle."""

from pathlib import Path

import pytest
from bundle_samples import make_color_bundle

from podd_engine.config.schema import DistillationConfig
from podd_engine.runs import PreparedRun, RunDirectory, distill, prepare_run
from podd_engine.runs.bundle import PosterBundle, load_bundle

SHORT_RUN = [
    "name=short-digits",
    "order.source=index",
    "network.width=16",
    "network.depth=2",
    "inner.learning_rate=0.01",
    "outer.steps=8",
    "outer.learning_rate=0.07",
    "truncation.window=12",
    "truncation.total=16",
    "augmentation.patches=[]",
    "augmentation.real=[]",
    "evaluation.every=8",
    "evaluation.networks=2",
    "evaluation.steps=[40]",
    "compute.threads=1",
]


@pytest.fixture(scope="session")
def engine_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cache folder for the test session."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def prepared_digits(engine_cache: Path) -> PreparedRun:
    """Short run that is ready to start."""
    return prepare_run(DistillationConfig().with_overrides(SHORT_RUN), engine_cache)


@pytest.fixture(scope="session")
def digits_run(prepared_digits: PreparedRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a finished run with eight outer steps. Tests must not modify it."""
    path = tmp_path_factory.mktemp("runs") / "digits"
    for _ in distill(prepared_digits, path):
        pass
    return path


@pytest.fixture(scope="session")
def digits_bundle(digits_run: Path) -> PosterBundle:
    """Best poster of `digits_run`."""
    return load_bundle(RunDirectory.open(digits_run).best_path)


@pytest.fixture(scope="session")
def color_bundle(engine_cache: Path) -> PosterBundle:
    """Synthetic whitened color poster with soft labels and awkward class names."""
    return make_color_bundle(engine_cache)
