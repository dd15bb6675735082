"""Where the weights of CLIP are found, and how they are fetched, from a server on this machine."""

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
    """An empty cache of weights, so that this machine's own plays no part."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    with local_hub(monkeypatch) as made:
        yield made


def test_without_weights_it_says_what_to_do() -> None:
    with pytest.raises(DistancesUnavailableError, match=r"not on this machine .*order\.file"):
        find_clip_weights()


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(DistancesError, match="there is no such file") as caught:
        find_clip_weights(str(tmp_path / "none.pt"))
    assert not isinstance(caught.value, DistancesUnavailableError)


@pytest.mark.parametrize("name", clip_weights.WEIGHT_FILES)
def test_cached_weights_are_found_without_asking_the_network(name: str, cache: Path) -> None:
    folder = cache / ("models--" + clip_weights.REPOSITORY.replace("/", "--"))
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("abc", encoding="utf-8")
    (folder / "snapshots" / "abc").mkdir(parents=True)
    (folder / "snapshots" / "abc" / name).touch()
    assert find_clip_weights() == download_clip_weights() == folder / "snapshots" / "abc" / name


def test_the_repository_and_its_files_are_those_of_open_clip() -> None:
    from open_clip.constants import HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME

    assert open_clip.get_pretrained_cfg("ViT-B-32", "openai")["hf_hub"].rstrip("/") == clip_weights.REPOSITORY
    assert clip_weights.WEIGHT_FILES == (HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME)


def test_weights_are_fetched_once_and_told_how_far(hub: type[Hub]) -> None:
    told: list[Progress] = []
    fetched = download_clip_weights(told.append)
    assert fetched.read_bytes() == CONTENT
    assert [progress.done for progress in told] == list(range(0, len(CONTENT) + 1, CHUNK))
    assert told[-1].total == len(CONTENT)
    assert download_clip_weights() == find_clip_weights() == fetched
    assert hub.asked == [f"/{clip_weights.REPOSITORY}/resolve/main/{clip_weights.WEIGHT_FILES[0]}"]


def test_a_download_that_was_cancelled_leaves_nothing_behind(hub: type[Hub], cache: Path) -> None:
    def cancel(progress: Progress) -> None:
        if progress.done > CHUNK:
            raise CancelledError

    with pytest.raises(CancelledError):
        download_clip_weights(cancel)
    assert not [path for path in cache.rglob("*") if path.is_file() and path.stat().st_size >= CHUNK]
    with pytest.raises(DistancesUnavailableError):
        find_clip_weights()
    assert download_clip_weights().read_bytes() == CONTENT


def test_a_failed_download_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(DistancesError, match="cannot be downloaded") as caught:
        download_clip_weights()
    assert not isinstance(caught.value, DistancesUnavailableError)
    assert "\n" not in str(caught.value)
