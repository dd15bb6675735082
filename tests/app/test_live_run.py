"""Preparation of runs for the engine thread."""

from pathlib import Path

import pytest

from podd_app.models.run_messages import NewRunRequest
from podd_app.workers.live_run import prepare_live_run
from podd_engine.config.presets import load_preset
from podd_engine.errors import CancelledError
from podd_engine.progress import Progress


@pytest.mark.parametrize("error", [CancelledError, ZeroDivisionError])
@pytest.mark.parametrize("name", ["mine", "../mine"])
def test_no_folder_remains_if_the_preparation_ends_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception], name: str
) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path / "home"))
    runs = tmp_path / "documents" / "runs"
    reserved: list[str] = []

    def stop(progress: Progress) -> None:
        reserved.extend(path.name for path in runs.iterdir())
        raise error

    config = load_preset("digits").with_values({"name": name})
    with pytest.raises(error):
        prepare_live_run(NewRunRequest(config, runs), stop, reserved.append)
    assert reserved == ["mine-001"]
    assert not (tmp_path / "documents").exists()
