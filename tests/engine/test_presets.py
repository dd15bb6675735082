"""Bundled presets, and loading of configs by name, file or folder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from podd_engine.config.presets import bundled_preset_names, load_preset, preset_path
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError, DataError
from podd_engine.runs.load_config import load_config

PUBLISHED = ("cifar10-0.9ipc", "cifar100-0.9ipc", "cub200-0.9ipc", "tiny-imagenet-0.9ipc")


def test_all_presets_are_bundled() -> None:
    assert set(bundled_preset_names()) == {"digits", "digits-0.4", "cifar10-laptop", *PUBLISHED}


@pytest.mark.parametrize("name", bundled_preset_names())
def test_presets_are_valid_and_have_a_name_and_summary(name: str) -> None:
    preset = load_preset(name)
    assert preset.name == name
    assert preset.summary
    assert DistillationConfig.load(preset_path(name)) == preset


def test_budgets_match_the_preset_names() -> None:
    assert load_preset("digits").layout.images_per_class == 1.0
    assert load_preset("digits-0.4").layout.images_per_class == pytest.approx(0.4, abs=0.01)
    for name in PUBLISHED:
        assert load_preset(name).layout.images_per_class == pytest.approx(0.9, abs=0.01)


def test_digits_presets_do_not_use_flip() -> None:
    for name in ("digits", "digits-0.4"):
        augmentation = load_preset(name).augmentation
        assert "flip" not in (*augmentation.patches, *augmentation.real)


@pytest.mark.parametrize(("name", "passes"), [(name, 10_000) for name in PUBLISHED])
def test_published_presets_make_ten_thousand_passes(name: str, passes: int) -> None:
    preset = load_preset(name)
    images = {"cifar10": 50_000, "cifar100": 50_000, "cub200": 5_994, "tiny-imagenet": 100_000}
    steps_per_pass = -(-images[preset.dataset.name] // preset.outer.real_batch)
    assert preset.outer.steps == passes * steps_per_pass


def test_published_layouts_match_golden_values() -> None:
    path = Path(__file__).parents[3] / "shared" / "golden" / "layouts.json"
    if not path.is_file():
        pytest.skip(f"{path} does not exist")
    golden = json.loads(path.read_text())
    for name in ("cifar10-0.9ipc", "cifar100-0.9ipc", "tiny-imagenet-0.9ipc"):
        layout, expected = load_preset(name).layout, golden[name]
        assert list(layout.poster) == expected["poster"]
        assert list(layout.patch_grid) == expected["patches"]
        assert list(layout.class_grid) == expected["classes"]
        assert layout.images_per_class == expected["ipc"]
        assert layout.windows.tolist()[:3] == expected["first"]


def test_load_config_accepts_names_and_files(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(load_preset("digits").with_values({"name": "mine"}).to_toml())
    assert load_config("digits") == load_preset("digits")
    assert load_config(str(file)).name == "mine"


def test_presets_take_precedence_over_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("digits").write_text("not TOML")
    assert load_config("digits") == load_preset("digits")


@pytest.mark.parametrize("unknown", ["digit", "cifar10_laptop", "nothing-like-it"])
def test_unknown_preset_error_lists_all_presets(unknown: str) -> None:
    with pytest.raises(ConfigError, match=rf"^{unknown}: .*digits-0\.4") as error:
        load_config(unknown)
    assert "\n" not in str(error.value)


def test_unknown_preset_error_suggests_a_similar_name() -> None:
    with pytest.raises(ConfigError, match="did you mean cifar10-laptop"):
        load_config("cifar10_laptop")


def test_missing_file_error_contains_the_path() -> None:
    with pytest.raises(ConfigError, match=r"^nowhere/mine\.toml: there is no such file"):
        load_config("nowhere/mine.toml")


def test_load_preset_does_not_import_torch() -> None:
    program = "import sys; from podd_engine.config.presets import load_preset; load_preset('digits')"
    program += "; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_image_folder_gets_settings_for_its_classes(tmp_path: Path) -> None:
    for name in ("cat", "dog", "fox"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(4):
            Image.new("RGB", (40, 30), (number * 60, 9, 9)).save(tmp_path / "pets" / name / f"{number}.png")
    config = load_config(str(tmp_path / "pets"))
    assert (config.dataset.name, config.dataset.path) == ("folder", str(tmp_path / "pets"))
    assert config.layout.classes == 3
    assert config.layout.images_per_class == pytest.approx(0.9, abs=0.03)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="empty"):
        load_config(str(tmp_path / "empty"))


def test_flat_values_round_trip() -> None:
    config = load_preset("cifar10-laptop")
    assert config.flat_values["outer.learning_rate"] == config.outer.learning_rate
    assert DistillationConfig().with_values(config.flat_values) == config
