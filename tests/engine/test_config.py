"""Config schema: TOML round trip, overrides and error messages."""

import subprocess
import sys
from pathlib import Path

import pytest

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError


def test_toml_round_trip(tmp_path: Path) -> None:
    config = DistillationConfig().with_values({"order.grid": [[0, 1, 2, 3, 4], [9, 8, 7, 6, 5]], "seed": 7})
    path = tmp_path / "config.toml"
    path.write_text(config.to_toml(), encoding="utf-8")
    assert DistillationConfig.load(path) == config


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        (
            "poster.width=7",
            r"poster.width: a poster width of 7 px is smaller than a patch \(8 px\); use at least 8 px",
        ),
        ("outer.stepz=3", "outer.stepz: there is no such setting"),
        ("truncation.window=99", r"truncation.window: .* exceeds truncation.total \(40\)"),
        ("poster.class_rows=3", "5 x 3 is 15 cells, but Digits has 10 classes"),
        ("inner.learning_rate=-1", r"inner.learning_rate: .*greater than 0"),
        (
            "inner.patch_batch=51",
            "inner.patch_batch: 51 patches per step, but the poster has only 50 patches",
        ),
        ("inner.patch_batch=many", "inner.patch_batch: .*integer"),
        ("outer.learning_rate=inf", "outer.learning_rate: .*finite number"),
        ("inner.weight_decay=nan", "inner.weight_decay: .*finite number"),
        ("outer.clip_factor=inf", "outer.clip_factor: .*finite number"),
        ("labels.budget=inf", "labels.budget: .*finite number"),
        ("labels.kind=foo", "labels.kind: .*'fixed' or 'learned'"),
        ("dataset.name=mnist", "unknown dataset 'mnist'; choose from digits"),
        ("dataset.name=folder", "dataset.path: no folder is set; choose a folder"),
        ("order.grid=[[0,1]]", "order.grid: the class order needs 2 rows of 5 class indices"),
        ("order.source=file", "order.file: no file is set; choose a CSV file"),
        ("evaluation.steps=[300,100]", "evaluation.steps: training lengths must be .* in increasing order"),
        ('dataset.classes=["a", "b"]', "dataset.classes: 2 class names are listed, but .* has 10 cells"),
        (f"dataset.classes={list('abcdefghia')}", "dataset.classes: the name 'a' occurs twice"),
        ("seed", "seed: invalid setting; write section.key=value"),
        ("=3", "=3: invalid setting; write section.key=value"),
    ],
)
def test_invalid_values_raise_one_line_errors(assignment: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        DistillationConfig().with_overrides([assignment])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[outer\n", "is not valid TOML"),
        ("[outer]\nstepz = 3\n", "outer.stepz: there is no such setting"),
        ("[inner]\npatch_batch = 'x'\n", "inner.patch_batch"),
    ],
)
def test_errors_in_files_contain_the_path(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message) as caught:
        DistillationConfig.load(path)
    assert str(path) in str(caught.value)
    with pytest.raises(ConfigError, match="there is no such file"):
        DistillationConfig.load(tmp_path / "other.toml")


def test_override_values_are_parsed_as_toml() -> None:
    config = DistillationConfig().with_overrides(
        ["outer.steps=3", "labels.kind=learned", 'augmentation.real=["flip"]', "order.refine=true"]
    )
    assert (config.outer.steps, config.labels.kind, config.order.refine) == (3, "learned", True)
    assert config.augmentation.real == ("flip",)


def test_schema_layout_and_presets_do_not_import_torch() -> None:
    code = (
        "import sys, podd_engine, podd_engine.config.schema, podd_engine.poster.layout;"
        "import podd_engine.config.presets;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_key_has_a_description() -> None:
    for name, section in DistillationConfig.model_fields.items():
        fields = getattr(section.annotation, "model_fields", {name: section})
        for key, field in fields.items():
            assert field.description, f"{name}.{key} has no description"
