"""Settings: TOML in and out, and errors that name the path."""

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
    ("assignment", "says"),
    [
        ("poster.width=7", "a patch is 8 px wide but the poster only 7 px"),
        ("outer.stepz=3", "outer.stepz: there is no such setting"),
        ("truncation.window=99", "longer than truncation.total 40"),
        ("poster.class_rows=3", "5 x 3 is 15 cells, but Digits has 10 classes"),
        ("inner.learning_rate=-1", r"inner.learning_rate: .*greater than 0"),
        ("inner.patch_batch=51", "inner.patch_batch: 51 is more than the 50 patches"),
        ("inner.patch_batch=many", "inner.patch_batch: .*integer"),
        ("labels.kind=foo", "labels.kind: .*'fixed' or 'learned'"),
        ("dataset.name=mnist", "there is no dataset 'mnist'; choose from digits"),
        ("dataset.name=folder", "dataset.path: name the folder"),
        ("order.grid=[[0,1]]", "order.grid: give 2 rows of 5"),
        ("order.source=file", "order.file: name the CSV"),
        ("evaluation.steps=[300,100]", "evaluation.steps: give rising"),
        ("seed", "write it as section.key=value"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(assignment: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        DistillationConfig().with_overrides([assignment])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[outer\n", "is not valid TOML"),
        ("[outer]\nstepz = 3\n", "outer.stepz: there is no such setting"),
        ("[inner]\npatch_batch = 'x'\n", "inner.patch_batch"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=says) as caught:
        DistillationConfig.load(path)
    assert str(path) in str(caught.value)
    with pytest.raises(ConfigError, match="there is no such file"):
        DistillationConfig.load(tmp_path / "other.toml")


def test_overrides_are_typed() -> None:
    config = DistillationConfig().with_overrides(
        ["outer.steps=3", "labels.kind=learned", 'augmentation.real=["flip"]', "order.refine=true"]
    )
    assert (config.outer.steps, config.labels.kind, config.order.refine) == (3, "learned", True)
    assert config.augmentation.real == ("flip",)


def test_settings_and_geometry_load_no_torch() -> None:
    code = (
        "import sys, podd_engine, podd_engine.config.schema, podd_engine.poster.layout;"
        "import podd_engine.config.presets;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_key_explains_itself() -> None:
    for name, section in DistillationConfig.model_fields.items():
        fields = getattr(section.annotation, "model_fields", {name: section})
        for key, field in fields.items():
            assert field.description, f"{name}.{key} has no description"
