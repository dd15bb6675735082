"""Names of new runs: inside the runs folder, unique, and released if a run does not start."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from podd_engine.config.dataset_defaults import config_for_folder
from podd_engine.config.presets import load_preset
from podd_engine.errors import CancelledError, StorageError
from podd_engine.io.file_names import invalid_name_reason, to_valid_name
from podd_engine.progress import Progress
from podd_engine.runs import run as runs
from podd_engine.runs.reservation import Reservation
from podd_engine.runtime.events import Terminal

DIGITS = load_preset("digits")
SMALL = DIGITS.with_values(
    {
        "order.source": "index",
        "network.width": 4,
        "network.depth": 1,
        "truncation.window": 2,
        "truncation.total": 3,
        "outer.steps": 1,
        "outer.real_batch": 8,
        "evaluation.networks": 1,
        "evaluation.steps": [2],
        "compute.compile": "off",
    }
)


def test_run_is_named_after_its_config_or_image_folder(tmp_path: Path) -> None:
    photos = config_for_folder(str(tmp_path / "holiday photos"), 3)
    assert Reservation(tmp_path, photos).path == tmp_path / "holiday photos-001"
    assert Reservation(tmp_path, photos).path.name == "holiday photos-002"
    assert Reservation(tmp_path, photos.with_values({"name": "mine"})).path.name == "mine-001"
    assert Reservation(tmp_path, DIGITS).path.name == "digits-001"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/b", "a-b"),
        ("../x", "x"),
        ("../../etc", "etc"),
        ("/absolute/path", "absolute-path"),
        ("C:\\runs\\x", "C-runs-x"),
        ("..", "run"),
        (".", "run"),
        ("/", "run"),
        ("***", "run"),
        ("~", "~"),
        (".hidden", "hidden"),
        ("trailing.", "trailing"),
        (" spaces ", "spaces"),
        ("line\nbreak\0", "line-break"),
        ("bell\x07\u202e", "bell"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com1", "_com1"),
        ("what? <b>", "what- -b"),
        ("CIFAR-10 · 0.9 IPC", "CIFAR-10 · 0.9 IPC"),
        ("猫", "猫"),
        ("é" * 300, "é" * 99),
        ("a" * 199 + "." + "b" * 50, "a" * 199),
    ],
)
def test_any_name_gives_a_folder_directly_inside_the_runs_folder(
    tmp_path: Path, name: str, expected: str
) -> None:
    path = Reservation(tmp_path / "runs", DIGITS.with_values({"name": name})).path
    assert path.name == f"{expected}-001"
    assert path.parent == tmp_path / "runs"
    assert path.resolve().parent == (tmp_path / "runs").resolve()
    assert invalid_name_reason(to_valid_name(name) or "run") == ""
    assert [entry.name for entry in tmp_path.iterdir()] == ["runs"]


def test_runs_that_start_at_the_same_time_have_different_names(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        reserved = list(pool.map(lambda _: Reservation(tmp_path / "runs", DIGITS).path, range(24)))
    assert len(set(reserved)) == 24
    assert sorted(path.name for path in reserved) == [f"digits-{number:03d}" for number in range(1, 25)]


@pytest.mark.parametrize("error", [CancelledError, KeyboardInterrupt, ZeroDivisionError])
def test_nothing_remains_if_the_preparation_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    monkeypatch.chdir(tmp_path)
    seen: list[list[str]] = []

    def stop(progress: Progress) -> None:
        seen.append([path.name for path in Path("runs").iterdir()])
        raise error

    with pytest.raises(error):
        runs.distill(SMALL, cache=tmp_path / "cache", report=stop)
    assert seen == [["digits-001"]]
    assert not Path("runs").exists()


def test_a_prepared_run_that_never_starts_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = runs.distill(SMALL, cache=tmp_path / "cache")
    assert run.path.is_dir()
    run.close()
    assert not Path("runs").exists()


def test_a_run_keeps_its_reserved_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = runs.distill(SMALL, cache=tmp_path / "cache")
    *_, end = run
    run.close()
    assert end == Terminal("finished", 1)
    assert (run.path / "best.safetensors").is_file()
    assert run.path == Path("runs/digits-001")


def test_existing_runs_are_kept_when_a_reservation_is_released(tmp_path: Path) -> None:
    first, second = Reservation(tmp_path / "a" / "runs", DIGITS), Reservation(tmp_path / "a" / "runs", DIGITS)
    (first.path / "config.toml").touch()
    second.release()
    first.release()
    assert (first.path / "config.toml").is_file()
    assert not second.path.exists()


def test_runs_folder_that_is_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "runs").touch()
    with pytest.raises(StorageError, match="runs"):
        Reservation(tmp_path / "runs", DIGITS)
