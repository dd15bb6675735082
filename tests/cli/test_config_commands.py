"""``podd presets``, ``layout``, ``labels``, ``estimate`` and ``import-command``."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from podd_command import Podd

from podd_engine.config.presets import (
    bundled_preset_names,
    describe_preset,
    load_preset,
    preset_path,
    user_presets_folder,
)
from podd_engine.config.schema import DistillationConfig
from podd_engine.config.user_presets import save_preset
from podd_engine.io.resources import resource_path

GOLDEN = Path(__file__).parents[3] / "shared" / "golden"


def golden(name: str) -> str:
    """Return the text of a file of reference values."""
    path = GOLDEN / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return path.read_text()


def test_presets_are_listed(podd: Podd) -> None:
    listed = podd("presets", "--json").json["presets"]
    digits = next(entry for entry in listed if entry["name"] == "digits")
    assert digits == {
        "name": "digits",
        "title": "Digits",
        "summary": load_preset("digits").summary,
        "dataset": "digits",
        "result": "90.9% in 24 s (2 cores, cached code)",
        "own": False,
    }
    lines = podd("presets").out.splitlines()
    laptop = next(line for line in lines if line.startswith("cifar10-laptop "))
    assert "CIFAR-10, laptop" in laptop
    assert laptop.endswith("34.7% in 15 min (2 cores)")


@pytest.mark.parametrize("name", bundled_preset_names())
def test_results_of_presets_are_documented_measurements(name: str) -> None:
    """A preset without a measurement has no result."""
    described = describe_preset(name)
    assert described.title
    assert described.title != name
    measurements = resource_path("docs/benchmarks.md").read_text(encoding="utf-8")
    row = next(
        (line for line in measurements.splitlines() if line.startswith(f"| `podd distill {name}`")), ""
    )
    assert bool(described.result) is bool(row)
    if row:
        assert described.result.split("%")[0] in row


def test_the_description_is_no_setting(tmp_path: Path) -> None:
    """A copy of a bundled preset is a valid config file."""
    copy = tmp_path / "copy.toml"
    copy.write_bytes(preset_path("digits").read_bytes())
    config = DistillationConfig.load(copy)
    assert config == load_preset("digits")
    assert "preset" not in config.to_toml()


def test_user_presets_are_listed_and_loaded_by_name(podd: Podd) -> None:
    config = load_preset("digits").with_values({"poster.width": 40, "summary": "wide ones"})
    save_preset("wide digits", config)
    listed = podd("presets", "--json").json["presets"]
    assert listed[-1] == {
        "name": "wide digits",
        "title": "wide digits",
        "summary": "wide ones",
        "dataset": "digits",
        "result": "",
        "own": True,
    }
    assert podd("presets").out.splitlines()[-1].endswith("wide ones (yours)")
    assert podd("layout", "wide digits", "--json").json["poster"] == [40, 20]


def test_damaged_preset_is_reported_and_others_are_listed(podd: Podd) -> None:
    save_preset("mine", load_preset("digits"))
    user_presets_folder().joinpath("mine.toml").write_text("no toml")
    outcome = podd("presets", "--json")
    assert outcome.code == 0
    assert "mine" not in {entry["name"] for entry in outcome.json["presets"]}
    assert "mine.toml: is not valid TOML" in outcome.err


def test_layout_reports_how_often_pixels_are_used(podd: Podd) -> None:
    coverage = load_preset("cifar10-0.9ipc").layout.coverage
    outcome = podd("layout", "cifar10-0.9ipc", "--json")
    assert outcome.json["coverage"] == [coverage.min(), coverage.max()]
    lines = podd("layout", "digits", "--set", "inner.patch_batch=25").out.splitlines()
    most = int(load_preset("digits").layout.coverage.max())
    assert lines[1].startswith(f"each pixel is part of 1 to {most} patches")
    assert f"0.50 to {most / 2:.2f} times" in lines[1]


def test_labels_reports_classes_without_an_initial_label(podd: Podd) -> None:
    words = ("labels", "cifar10-0.9ipc", "--set", "order.source=index", "--set", "labels.kind=learned")
    outcome = podd(*words, "--json")
    assert outcome.json["classes_without_label"] == [0, 1, 2, 3, 4]
    assert outcome.json["label_array"] == [1, 6]
    assert "airplane, automobile, bird, cat, deer" in outcome.err
    covered = podd(*words, "--set", "labels.cover_all=true", "--json")
    assert covered.json["classes_without_label"] == []
    assert np.array(covered.json["labels"]).sum(axis=0).all()
    assert "without an initial label" not in covered.err


def test_layouts_equal_reference_values(podd: Podd) -> None:
    for name, wanted in json.loads(golden("layouts.json")).items():
        if name.startswith("_"):
            continue
        found = podd("layout", name, "--json", "--set", "labels.kind=learned").json
        windows = np.array(found["patches"])
        assert found["poster"] == wanted["poster"]
        assert found["patch"] == [wanted["patch"]] * 2
        assert found["patch_grid"] == wanted["patches"]
        assert found["class_grid"] == wanted["classes"]
        assert found["pixels"] == wanted["pixels"]
        assert found["images_per_class"] == wanted["ipc"]
        assert len(windows) == wanted["n"]
        assert windows[:3].tolist() == wanted["first"]
        assert windows[-2:].tolist() == wanted["last"]
        assert int((windows @ [1, 7, 49, 343]).sum()) == wanted["windows_checksum"]
        assert found["label_array"] == wanted["label_array"]
        assert found["label_window"] == wanted["label_patch"]
        assert len(found["class_regions"]) == wanted["classes"][0] * wanted["classes"][1]


def test_learned_labels_have_an_array_and_report_uncovered_cells(podd: Podd) -> None:
    assert podd("layout", "cifar10-0.9ipc", "--json").json["label_array"] is None
    outcome = podd("layout", "cifar10-0.9ipc", "--json", "--set", "labels.kind=learned")
    assert outcome.json["label_array"] == [1, 6]
    assert outcome.json["cells_without_label"] == [0, 1, 2, 3, 4]
    assert "labels.cover_all" in outcome.err
    covered = podd(
        "layout", "cifar10-0.9ipc", "--json", "--set", "labels.kind=learned", "--set", "labels.cover_all=true"
    )
    assert covered.json["cells_without_label"] == []
    assert covered.err == ""


def test_class_regions_are_in_row_major_order(podd: Podd) -> None:
    regions = podd("layout", "cifar10-0.9ipc", "--json").json["class_regions"]
    assert regions[0] == [0, 0, 32, 32]
    assert regions[4] == [121, 0, 153, 32]
    assert regions[5] == [0, 28, 32, 60]


def test_layout_writes_a_png(podd: Podd, tmp_path: Path) -> None:
    file = tmp_path / "pictures" / "layout.png"
    outcome = podd("layout", "digits", "--png", file)
    assert outcome.code == 0
    assert "1.000 images per class" in outcome.out
    with Image.open(file) as picture:
        assert picture.format == "PNG"
        assert picture.width > picture.height > 100


def test_fixed_labels_equal_reference_values(podd: Podd) -> None:
    wanted: dict[str, Any] = json.loads(golden("fixed_labels.json"))
    words = ("labels", "cifar10-0.9ipc", "--json", "--set", "order.source=index")
    softmax = np.array(podd(*words).json["labels"])
    area = np.array(podd(*words, "--set", "labels.rule=area").json["labels"])
    assert softmax.argmax(axis=1).tolist() == wanted["softmax_argmax"]
    np.testing.assert_allclose(area[wanted["patch"]], wanted["area_fraction"], atol=1e-6)


def test_labels_sum_to_one_and_class_order_is_a_permutation(podd: Podd) -> None:
    outcome = podd("labels", "digits", "--json")
    labels = np.array(outcome.json["labels"])
    assert labels.shape == (load_preset("digits").layout.patches, 10)
    np.testing.assert_allclose(labels.sum(axis=1), 1)
    assert sorted(np.ravel(outcome.json["class_order"])) == list(range(10))


def test_labels_text_output_shows_class_names(podd: Podd) -> None:
    lines = podd("labels", "cifar10-0.9ipc", "--set", "order.source=index").out.splitlines()
    assert len(lines) == 96
    assert lines[0].split() == ["patch", "0", "airplane", "1.000"]


@pytest.mark.parametrize("command", ["estimate", "plan"])
def test_estimate_and_its_former_name_accept_the_options_of_distill(
    podd: Podd, tmp_path: Path, command: str
) -> None:
    few = ["--set", "evaluation.every=2", "--set", "evaluation.steps=[2,4]", "--set", "compute.compile=off"]
    estimate = podd(command, "digits", "--steps", "5", *few, "--cache", str(tmp_path), "--json").json
    assert estimate["evaluations"] == 3
    assert estimate["seconds"] > estimate["outer_step_seconds"] > 0
    assert estimate["peak_memory_bytes"] > 0
    assert estimate["disk_bytes"] > 0
    assert estimate["advice"] == ""


def test_published_commands_import_as_presets(podd: Podd) -> None:
    names = ("cifar10-0.9ipc", "cifar100-0.9ipc", "cub200-0.9ipc", "tiny-imagenet-0.9ipc")
    for name, line in zip(names, golden("published_commands.txt").splitlines(), strict=True):
        outcome = podd("import-command", line, "--json")
        assert DistillationConfig.parse(outcome.json["config"]) == load_preset(name)
        assert "--print_freq" in outcome.err


def test_output_of_import_command_is_a_config_file(podd: Podd, tmp_path: Path) -> None:
    file = tmp_path / "imported.toml"
    flags = "--seed 5 --comp_ipc 1 --name mine --distill_batch_size 9"
    file.write_text(podd("import-command", f"python main.py {flags}").out)
    config = DistillationConfig.load(file)
    assert (config.name, config.seed, config.inner.patch_batch) == ("mine", 5, 9)


def test_import_command_writes_a_settings_file(podd: Podd, tmp_path: Path) -> None:
    file = tmp_path / "Übung" / "mine.toml"
    outcome = podd("import-command", "python main.py --seed 5", "--out", file)
    assert str(file) in outcome.out
    assert DistillationConfig.load(file).seed == 5
    file.write_text("old")
    outcome = podd("import-command", "python main.py --seed 6", "--out", file, "--json")
    assert outcome.json["out"] == str(file)
    assert DistillationConfig.load(file) == DistillationConfig.parse(outcome.json["config"])
    assert "it is a folder" in podd("import-command", "python main.py", "--out", tmp_path).message


def test_unknown_flag_of_published_command_is_reported(podd: Podd) -> None:
    outcome = podd("import-command", "python main.py --dataset=cifar10 --turbo", "--json")
    assert (outcome.code, outcome.out) == (1, "")
    assert "--turbo" in outcome.message
