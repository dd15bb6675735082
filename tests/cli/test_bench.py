"""``podd bench``."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from podd_command import Podd

QUICK = ("--config", "digits", "--window", "2", "--undifferentiated", "1", "--real", "20", "--repeats", "1")
STRATEGIES = {"stored", "replayed"}
REPLAYED = {"strategy": "replayed", "precision": "float32", "compile": "off"}


def numbers(values: Any) -> list[float]:
    """Return all numbers in nested ``values``."""
    if isinstance(values, dict | list):
        parts = values.values() if isinstance(values, dict) else values
        return [number for part in parts for number in numbers(part)]
    return [values]


def test_bench_reports_time_and_memory(podd: Podd) -> None:
    outcome = podd("bench", *QUICK, "--no-compile", "--json")
    assert outcome.code == 0
    found = outcome.json
    assert (found["config"], found["n"], found["left_out"]) == ("digits", 1, {})
    assert (found["window"], found["undifferentiated"], found["real"]) == (2, 1, 20)
    assert set(found["seconds"]) == STRATEGIES
    assert set(found["evaluation_seconds"]) == {"together", "one_by_one", "one_by_one_eager"}
    assert found["compile_seconds"] == {}
    assert set(found["peak_bytes"]["replayed"]) == {"2", "12"}
    assert found["machine"]["cores"] >= 1
    assert found["versions"]["torch"]
    keys = ["seconds", "evaluation_seconds", "repetitions", "peak_bytes"]
    if find_spec("higher"):
        keys += ["baseline_seconds", "speedup"]
        assert set(found["peak_bytes"]["baseline"]) == {"2", "4"}
        assert found["speedup"] == pytest.approx(found["baseline_seconds"] / min(found["seconds"].values()))
    else:
        assert found["baseline_seconds"] is None
        assert found["speedup"] is None
    assert all(number > 0 for number in numbers([found[key] for key in keys]))


@pytest.fixture
def only_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limit the benchmark to one contender of the engine."""
    monkeypatch.setattr("podd_engine.bench.contenders.STRATEGIES", {"replayed": REPLAYED})


@pytest.mark.slow
@pytest.mark.usefixtures("only_replayed")
def test_failed_contender_is_left_out_of_the_table(
    podd: Podd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("podd_engine.bench.contenders.find_spec", lambda name: object())
    script = tmp_path / "broken.py"
    script.write_text("raise MemoryError('not enough')\n")
    outcome = podd("bench", *QUICK, "--no-compile", "--baseline", script)
    assert outcome.code == 0
    assert "baseline failed and is skipped: MemoryError: not enough" in outcome.err
    rows = [line.split()[0] for line in outcome.out.splitlines() if line.endswith("MiB  ")]
    assert rows == ["replayed"]


@pytest.mark.usefixtures("only_replayed")
def test_bench_fails_if_every_contender_fails(podd: Podd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podd_engine.bench.contenders.find_spec", lambda name: None)
    monkeypatch.setattr("podd_engine.bench.contenders.ENGINE_COMMAND", (sys.executable, "-c", "1 / 0"))
    outcome = podd("bench", *QUICK, "--no-compile", "--json")
    assert (outcome.code, outcome.out) == (1, "")
    assert "the published loop is left out" in outcome.err
    assert "ZeroDivisionError" in outcome.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--config", "digit"], "digit"),
        (["--baseline", "nowhere.py"], "nowhere.py"),
        (["--repeats", "0"], "--repeats"),
        (["--window", "none"], "--window"),
    ],
)
def test_message_names_the_invalid_argument(podd: Podd, words: list[str], named: str) -> None:
    outcome = podd("bench", *words)
    assert outcome.code in (1, 2)
    assert named in outcome.message
