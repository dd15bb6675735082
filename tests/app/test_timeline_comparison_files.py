"""What happens on disk to the poster that is compared with: said in words, and nothing is lost."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from pytestqt.qtbot import QtBot
from snapshot_samples import PATIENCE_MS, Wait, compare, named, settle, show, step_compared

from podd_app.models.session import Session
from podd_app.pages.run.page import RunPlace
from podd_app.services.comparison_source import Choice, Reference
from podd_app.timeline.comparison import Comparison


@pytest.fixture
def place(run_place: RunPlace) -> RunPlace:
    return run_place


@pytest.fixture
def comparison(place: RunPlace) -> Comparison:
    return place.comparison


@pytest.fixture
def reference(comparison: Comparison) -> Reference:
    return comparison.reference


@pytest.fixture
def until(qtbot: QtBot) -> Wait:
    return lambda condition: qtbot.waitUntil(condition, timeout=PATIENCE_MS)


def test_what_cannot_be_read_is_said_and_changes_nothing(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    comparison: Comparison,
    reference: Reference,
    until: Wait,
    tiny_run: Path,
    tmp_path: Path,
) -> None:
    show(qtbot, session, place, tiny_run)
    compare(until, place)
    torn = tmp_path / "torn.safetensors"
    torn.write_bytes(b"torn")
    reference.choose(Choice("other", torn))
    until(lambda: bool(reference.trouble))
    assert "cannot be read as a poster bundle" in comparison.bar.said.text()
    assert comparison.bar.said.property("role") == "trouble"
    assert reference.choice == Choice("start")
    assert step_compared(reference) == 0
    # It stays said while the live poster goes on, and is not tried again and again.
    assert session.record.poster is not None
    session.record.show_poster(session.record.poster)
    assert not reference.reading
    assert reference.trouble
    reference.choose(Choice("best"))
    until(lambda: not reference.reading)
    assert not reference.trouble


def test_a_damaged_start_is_said(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    comparison: Comparison,
    reference: Reference,
    until: Wait,
    tiny_run: Path,
    tmp_path: Path,
) -> None:
    run = copytree(tiny_run, tmp_path / "torn")
    (run / "snapshots" / "step-00000000.npz").write_bytes(b"torn")
    show(qtbot, session, place, run)
    place.compare.click()
    until(lambda: bool(reference.trouble))
    assert "the poster of step 0 cannot be read" in comparison.bar.said.text()
    assert comparison.stage.arrangement == "alone"


def test_a_pinned_poster_outlives_its_file(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    comparison: Comparison,
    reference: Reference,
    until: Wait,
    tiny_run: Path,
    tmp_path: Path,
) -> None:
    run, reel = copytree(tiny_run, tmp_path / "thinned"), place._reel
    show(qtbot, session, place, run)
    reel.look_at(9)
    settle(qtbot, reel)
    place.compare.click()
    reference.pin()
    # Thinned away while it is looked at and compared with.
    (run / "snapshots" / "step-00000009.npz").unlink()
    session.record.add_evaluation(session.record.evaluations[-1])
    until(lambda: 9 not in reel.stops)
    assert named(comparison) == ("thinned, step 9", "thinned, step 9")
    assert reel.following == 12
    reel.look_at(12)
    settle(qtbot, reel)
    assert named(comparison) == ("thinned, step 12", "thinned, step 9")
    assert not reference.trouble


def test_a_run_that_is_deleted_or_written_anew_while_compared(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    comparison: Comparison,
    reference: Reference,
    until: Wait,
    tiny_run: Path,
    small_run: Path,
    tmp_path: Path,
) -> None:
    other = copytree(small_run, tmp_path / "other")
    show(qtbot, session, place, tiny_run)
    compare(until, place, Choice("other", other))
    was = reference.compared
    (other / "best.safetensors").write_bytes((tiny_run / "best.safetensors").read_bytes())
    reference.look_again()
    until(lambda: reference.compared is not was)
    assert reference.compared is not None
    assert reference.compared.config.name == "tiny"
    was = reference.compared
    rmtree(other)
    reference.look_again()
    until(lambda: bool(reference.trouble))
    assert comparison.bar.said.text() == "other is no longer there; its poster is shown as it was read"
    assert reference.compared is was
    assert comparison.stage.arrangement == "swipe"


def test_renamed_runs_keep_their_places(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    comparison: Comparison,
    reference: Reference,
    until: Wait,
    tiny_run: Path,
    small_run: Path,
    tmp_path: Path,
) -> None:
    mine, other, reel = copytree(tiny_run, tmp_path / "a"), copytree(small_run, tmp_path / "b"), place._reel
    show(qtbot, session, place, mine)
    session.set_run_status(replace(session.run, path=mine))
    reel.look_at(6)
    settle(qtbot, reel)
    compare(until, place, Choice("other", other))
    session.move_run(other, other.rename(tmp_path / "d"))
    assert named(comparison)[1].startswith("d, step")
    assert reference.choice.path == tmp_path / "d"
    session.move_run(mine, mine.rename(tmp_path / "c"))
    assert named(comparison)[0] == "c, step 6"
    assert reel.wanted == 6
    reel.look_at(9)
    settle(qtbot, reel)
    assert reel.poster is not None
    assert reel.poster.step == 9
    reference.choose(Choice("start"))
    until(lambda: not reference.reading)
    assert named(comparison) == ("c, step 9", "c, step 0")
    assert not reference.trouble
