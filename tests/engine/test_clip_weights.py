"""Tests of the lookup and download of CLIP weights, with a local server."""

from collections.abc import Iterator
from pathlib import Path

import open_clip
import pytest
from local_hub import CHUNK, CONTENT, Hub, local_hub

from podd_engine.class_order import clip_weights
from podd_engine.class_order.clip_weights import download_clip_weights, find_clip_weights
from podd_engine.class_order.distances import DistancesError, DistancesUnavailableError
from podd_engine.errors import CancelledError
from podd_engine.progress import Progress


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty weight cache, so that the tests do not depend on cached weights of this machine."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    with local_hub(monkeypatch) as server:
        yield server


def test_missing_weights_are_reported_with_a_remedy() -> None:
    with pytest.raises(DistancesUnavailableError, match=r"not on this machine .*order\.file"):
        find_clip_weights()


def test_configured_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(DistancesError, match="file does not exist") as caught:
        find_clip_weights(str(tmp_path / "none.pt"))
    assert not isinstance(caught.value, DistancesUnavailableError)


@pytest.mark.parametrize("name", clip_weights.WEIGHT_FILES)
def test_cached_weights_are_found_without_network_access(name: str, cache: Path) -> None:
    folder = cache / ("models--" + clip_weights.REPOSITORY.replace("/", "--"))
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("abc", encoding="utf-8")
    (folder / "snapshots" / "abc").mkdir(parents=True)
    (folder / "snapshots" / "abc" / name).touch()
    assert find_clip_weights() == download_clip_weights() == folder / "snapshots" / "abc" / name


def test_repository_and_file_names_match_open_clip() -> None:
    from open_clip.constants import HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME

    assert open_clip.get_pretrained_cfg("ViT-B-32", "openai")["hf_hub"].rstrip("/") == clip_weights.REPOSITORY
    assert clip_weights.WEIGHT_FILES == (HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME)


def test_weights_are_downloaded_once_with_progress(hub: type[Hub]) -> None:
    reported: list[Progress] = []
    path = download_clip_weights(reported.append)
    assert path.read_bytes() == CONTENT
    assert [progress.done for progress in reported] == list(range(0, len(CONTENT) + 1, CHUNK))
    assert reported[-1].total == len(CONTENT)
    assert download_clip_weights() == find_clip_weights() == path
    assert hub.asked == [f"/{clip_weights.REPOSITORY}/resolve/main/{clip_weights.WEIGHT_FILES[0]}"]


def test_canceled_download_leaves_no_files(hub: type[Hub], cache: Path) -> None:
    def cancel(progress: Progress) -> None:
        if progress.done > CHUNK:
            raise CancelledError

    with pytest.raises(CancelledError):
        download_clip_weights(cancel)
    assert not [path for path in cache.rglob("*") if path.is_file() and path.stat().st_size >= CHUNK]
    with pytest.raises(DistancesUnavailableError):
        find_clip_weights()
    assert download_clip_weights().read_bytes() == CONTENT


def test_failed_download_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(DistancesError, match="cannot be downloaded") as caught:
        download_clip_weights()
    assert not isinstance(caught.value, DistancesUnavailableError)
    assert "\n" not in str(caught.value)
