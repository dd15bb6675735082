"""The public names of ``podd_engine``: their use, their documentation, and what their import loads."""

import ast
import dataclasses
import inspect
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import torch
from torch.nn import functional

import podd_engine

TINY = {
    "name": "tiny",
    "order.source": "index",
    "network.width": 4,
    "network.depth": 1,
    "inner.learning_rate": 0.01,
    "outer.steps": 4,
    "outer.learning_rate": 0.05,
    "outer.real_batch": 32,
    "truncation.window": 2,
    "truncation.total": 5,
    "evaluation.every": 2,
    "evaluation.networks": 2,
    "evaluation.steps": [2, 4],
    "evaluation.train_images": 100,
    "compute.device": "cpu",
}
EVENT_TYPES = (
    podd_engine.StepReport,
    podd_engine.Evaluation,
    podd_engine.PosterSnapshot,
    podd_engine.Notice,
    podd_engine.PausePoint,
    podd_engine.Terminal,
)
WITHOUT_TORCH = ("DistillationConfig", "RunEvent", "StepReport", "load_config", "load_dataset", "PoddError")
FUNCTIONS = ("distill", "evaluate", "export", "load_config", "load_dataset", "load_poster", "resume")
DATACLASSES = (
    "ArchitectureResult",
    "Evaluation",
    "EvaluationDetails",
    "LengthResult",
    "Notice",
    "PosterSnapshot",
    "Progress",
    "StepReport",
    "Terminal",
)


@pytest.fixture(autouse=True)
def work_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Separate current folder, user data and caches."""
    monkeypatch.setenv("PODD_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def tiny() -> podd_engine.DistillationConfig:
    """Configuration of a run on digits that takes about a second."""
    return podd_engine.load_config("digits").with_values(TINY)


def loaded_modules(program: str) -> set[str]:
    """Return the names of the modules that a new Python process has imported after ``program``."""
    text = f"import sys\n{program}\nprint(*sys.modules)"
    process = subprocess.run([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True, check=True)
    return set(process.stdout.split())


def test_journey_from_config_to_training(tiny: podd_engine.DistillationConfig) -> None:
    run = podd_engine.distill(tiny)
    assert run.path == Path("runs/tiny-001")
    assert list(run.path.iterdir()) == []  # the empty folder reserves the name
    losses = []
    for event in run:
        assert isinstance(event, EVENT_TYPES)
        if isinstance(event, podd_engine.StepReport):
            losses.append(event.loss)
            if event.step == 3:
                run.close()
    assert len(losses) == 3
    assert run.summary().terminal == "stopped"

    resumed = podd_engine.resume(run.path, steps=5)
    events = list(resumed)
    assert [event.step for event in events if isinstance(event, podd_engine.StepReport)] == [4, 5]
    assert [event for event in events if isinstance(event, podd_engine.Terminal)] == [events[-1]]
    assert events[-1] == resumed.terminal == podd_engine.Terminal("finished", 5)
    summary = resumed.summary()
    assert (summary.steps, summary.terminal, summary.networks) == (5, "finished", 2)

    (result,) = podd_engine.evaluate(run.path)
    assert result.architecture == tiny.network.name
    assert result.test_accuracy == pytest.approx(summary.test_accuracy, abs=1e-6)
    assert [length.steps for length in result.lengths] == [2, 4]

    image, bundle = podd_engine.export(run.path, "files", ["poster", "bundle"])
    assert image.suffix == ".png"
    poster = podd_engine.load_poster(bundle)
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)

    def loss() -> torch.Tensor:
        return functional.cross_entropy(network(poster.patches), poster.labels)

    before = loss()
    before.backward()
    optimizer.step()
    assert loss() < before
    real = podd_engine.load_dataset(tiny.dataset)
    assert network(poster.preprocess(real.test_images)).shape == (len(real.test_labels), 10)


def test_closed_and_resumed_run_equals_uninterrupted_run(tiny: podd_engine.DistillationConfig) -> None:
    for _ in podd_engine.distill(tiny, "whole"):
        pass
    run = podd_engine.distill(tiny, "parts")
    next(event for event in run if isinstance(event, podd_engine.StepReport) and event.step == 1)
    run.close()
    for _ in podd_engine.resume("parts"):
        pass
    whole, parts = (podd_engine.load_poster(Path(name) / "best.safetensors") for name in ("whole", "parts"))
    assert torch.equal(whole.patches, parts.patches)
    assert torch.equal(whole.labels, parts.labels)


def test_run_that_is_closed_before_its_first_event_writes_nothing(
    tiny: podd_engine.DistillationConfig,
) -> None:
    run = podd_engine.distill(tiny, "never")
    run.close()
    assert list(run) == []
    assert not Path("never").exists()


def test_distill_accepts_what_load_config_accepts(
    tiny: podd_engine.DistillationConfig, work_folder: Path
) -> None:
    file = work_folder / "tiny.toml"
    file.write_text(tiny.to_toml())
    for config in (file, str(file)):
        assert podd_engine.distill(config).config == podd_engine.distill(tiny).config


def test_device_replaces_that_of_the_configuration(tiny: podd_engine.DistillationConfig) -> None:
    other = tiny.with_values({"compute.device": "auto"})
    assert podd_engine.distill(other, device="cpu").config.compute.device == "cpu"
    with pytest.raises(podd_engine.PoddError, match=r"compute\.device"):
        podd_engine.distill(tiny, device="abacus")


def test_preparation_reports_progress_and_issues_notes_as_warnings(
    tiny: podd_engine.DistillationConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *arguments: None)
    reports: list[podd_engine.Progress] = []
    notes: list[str] = []
    config = tiny.with_values({"order.source": "clip", "order.grid": []})
    podd_engine.distill(config, report=reports.append, notify=notes.append)
    assert reports
    assert all(0 <= report.done <= report.total for report in reports)
    assert len(notes) == 1
    with pytest.warns(UserWarning, match="CLIP"):
        podd_engine.distill(config)


def test_existing_folder_is_refused_before_the_preparation(
    tiny: podd_engine.DistillationConfig, work_folder: Path
) -> None:
    (work_folder / "taken").mkdir()
    (work_folder / "taken" / "file").touch()

    def fail(progress: podd_engine.Progress) -> None:
        raise AssertionError(progress)

    with pytest.raises(podd_engine.PoddError, match="not empty"):
        podd_engine.distill(tiny, "taken", report=fail)


def test_evaluate_uses_the_given_architectures_networks_and_steps(
    tiny: podd_engine.DistillationConfig,
) -> None:
    for _ in podd_engine.distill(tiny, "run"):
        pass
    reports: list[podd_engine.Progress] = []
    results = podd_engine.evaluate(
        "run", architectures=["convnet-bn", "convnet-nonorm"], networks=3, steps=5, report=reports.append
    )
    found = [(result.architecture, result.networks, result.steps) for result in results]
    assert found == [("convnet-bn", 3, 5), ("convnet-nonorm", 3, 5)]
    assert {report.what for report in reports} >= {
        "training convnet-bn: step",
        "training convnet-nonorm: step",
    }
    assert all(report.done <= report.total for report in reports)
    for wrong in ({"networks": 0}, {"steps": 0}, {"architectures": ["convnext"]}):
        with pytest.raises(podd_engine.PoddError):
            podd_engine.evaluate("run", **wrong)


@pytest.mark.parametrize("program", ["import podd_engine", "import podd_engine; dir(podd_engine)"])
def test_import_loads_no_submodule(program: str) -> None:
    assert not {
        name for name in loaded_modules(program) if name.startswith(("podd_engine.", "torch", "numpy"))
    }


def test_loading_a_config_loads_no_torch() -> None:
    names = ", ".join(WITHOUT_TORCH)
    assert "torch" not in loaded_modules(f"from podd_engine import {names}; load_config('digits')")


@pytest.mark.parametrize(
    "first",
    [
        "import podd_engine.exporters.registry",
        *(pytest.param(text, marks=pytest.mark.slow) for text in ("from podd_engine import load_poster", "")),
    ],
)
def test_public_functions_are_not_replaced_by_modules(first: str) -> None:
    program = f"{first}\nfrom podd_engine import {', '.join(FUNCTIONS)}\nimport podd_engine\n" + "".join(
        f"assert callable(podd_engine.{name})\n" for name in FUNCTIONS
    )
    loaded_modules(program)


def test_dir_and_all_agree_and_every_name_exists() -> None:
    assert sorted(podd_engine.__all__) == dir(podd_engine)
    for name in podd_engine.__all__:
        assert getattr(podd_engine, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = podd_engine.no_such_name  # type: ignore[attr-defined]


def test_type_checkers_see_every_name_in_the_module_that_is_loaded() -> None:
    tree = ast.parse(Path(podd_engine.__file__).read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    imported = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert {*imported, "__version__"} == set(podd_engine.__all__)
    for name, module in imported.items():
        assert getattr(podd_engine, name) is getattr(sys.modules[module], name)
    assert Path(podd_engine.__file__).with_name("py.typed").is_file()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_documented(name: str) -> None:
    function = getattr(podd_engine, name)
    text = inspect.getdoc(function) or ""
    for section in ("Args:", "Returns:", "Raises:", "Example:"):
        assert f"\n{section}\n" in text
    for parameter in inspect.signature(function).parameters:
        assert f"\n    {parameter}: " in text


@pytest.mark.parametrize("name", DATACLASSES)
def test_fields_are_documented(name: str) -> None:
    cls = getattr(podd_engine, name)
    text = "\n".join(base.__doc__ or "" for base in cls.__mro__ if base is not object)
    for field in dataclasses.fields(cls):
        assert f" {field.name}: " in text


def test_other_classes_are_documented() -> None:
    for name in ("DistillationConfig", "PausePoint", "PoddError", "Run"):
        assert inspect.getdoc(getattr(podd_engine, name))
    for name in ("close", "send", "summary", "throw"):
        assert inspect.getdoc(getattr(podd_engine.Run, name))


def test_union_contains_every_event_type() -> None:
    assert set(get_args(podd_engine.RunEvent)) == set(EVENT_TYPES)
