"""The configs that come with the program."""

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


def test_every_promised_preset_is_there() -> None:
    assert set(bundled_preset_names()) == {"digits", "digits-0.4", "cifar10-laptop", *PUBLISHED}


@pytest.mark.parametrize("name", bundled_preset_names())
def test_a_preset_is_valid_says_what_it_is_for_and_bears_its_own_name(name: str) -> None:
    preset = load_preset(name)
    assert preset.name == name
    assert preset.summary
    assert DistillationConfig.load(preset_path(name)) == preset


def test_budgets_are_what_the_names_say() -> None:
    assert load_preset("digits").layout.images_per_class == 1.0
    assert load_preset("digits-0.4").layout.images_per_class == pytest.approx(0.4, abs=0.01)
    for name in PUBLISHED:
        assert load_preset(name).layout.images_per_class == pytest.approx(0.9, abs=0.01)


def test_digits_are_never_mirrored() -> None:
    for name in ("digits", "digits-0.4"):
        augmentation = load_preset(name).augmentation
        assert "flip" not in (*augmentation.patches, *augmentation.real)


@pytest.mark.parametrize(("name", "passes"), [(name, 10_000) for name in PUBLISHED])
def test_published_presets_pass_ten_thousand_times_over_the_data(name: str, passes: int) -> None:
    preset = load_preset(name)
    images = {"cifar10": 50_000, "cifar100": 50_000, "cub200": 5_994, "tiny-imagenet": 100_000}
    steps_a_pass = -(-images[preset.dataset.name] // preset.outer.real_batch)
    assert preset.outer.steps == passes * steps_a_pass


def test_published_layouts_equal_the_golden_ones() -> None:
    path = Path(__file__).parents[3] / "shared" / "golden" / "layouts.json"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    golden = json.loads(path.read_text())
    for name in ("cifar10-0.9ipc", "cifar100-0.9ipc", "tiny-imagenet-0.9ipc"):
        layout, wanted = load_preset(name).layout, golden[name]
        assert list(layout.poster) == wanted["poster"]
        assert list(layout.patch_grid) == wanted["patches"]
        assert list(layout.class_grid) == wanted["classes"]
        assert layout.images_per_class == wanted["ipc"]
        assert layout.windows.tolist()[:3] == wanted["first"]


def test_a_config_is_found_by_name_or_by_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(load_preset("digits").with_values({"name": "mine"}).to_toml())
    assert load_config("digits") == load_preset("digits")
    assert load_config(str(file)).name == "mine"


def test_a_preset_wins_over_a_file_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("digits").write_text("not toml at all")
    assert load_config("digits") == load_preset("digits")


@pytest.mark.parametrize("wrong", ["digit", "cifar10_laptop", "nothing-like-it"])
def test_an_unknown_preset_is_named_beside_those_there_are(wrong: str) -> None:
    with pytest.raises(ConfigError, match=rf"^{wrong}: .*digits-0\.4") as error:
        load_config(wrong)
    assert "\n" not in str(error.value)


def test_a_near_miss_is_guessed() -> None:
    with pytest.raises(ConfigError, match="did you mean cifar10-laptop"):
        load_config("cifar10_laptop")


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match=r"^nowhere/mine\.toml: there is no such file"):
        load_config("nowhere/mine.toml")


def test_reading_presets_needs_no_torch() -> None:
    program = "import sys; from podd_engine.config.presets import load_preset; load_preset('digits')"
    program += "; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_folder_of_images_gets_settings_for_its_classes(tmp_path: Path) -> None:
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


def test_values_by_dotted_key_make_the_same_config() -> None:
    config = load_preset("cifar10-laptop")
    assert config.flat_values["outer.learning_rate"] == config.outer.learning_rate
    assert DistillationConfig().with_values(config.flat_values) == config
