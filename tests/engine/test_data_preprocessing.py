"""Tests of whitening and standardization against simple reference code, their inverses and the cache."""

from pathlib import Path

import numpy as np
import pytest
import torch
from data_samples import class_folders

from podd_engine.config.sections import DatasetConfig
from podd_engine.data.dataset import Images
from podd_engine.data.preprocessing import Preprocessing, prepare_dataset
from podd_engine.data.whitening import fit_whitening
from podd_engine.errors import CancelledError, DataError, RunError
from podd_engine.progress import Progress, ignore_progress


@pytest.fixture(autouse=True)
def temporary_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path / "home"))


def images(count: int = 300, side: int = 5, channels: int = 3, seed: int = 0) -> Images:
    """Return random images with similar neighboring pixels."""
    random = np.random.default_rng(seed)
    pixels = random.normal(size=(count, side + 1, side + 1, channels))
    smooth = (
        pixels[:, 1:, 1:] + pixels[:, :-1, 1:] + pixels[:, 1:, :-1] + random.normal(size=(count, 1, 1, 1))
    )
    return (128 + 30 * smooth).clip(0, 255).astype(np.uint8)


def reference_whitening(train: Images) -> tuple[np.ndarray, np.ndarray]:
    """Compute the whitening matrix and the whitened images in float64, one image at a time."""
    units = []
    for image in train:
        values = (image / 255).transpose(2, 0, 1).ravel()
        centered = values - values.mean()
        units.append(centered / np.sqrt((centered**2).sum()))
    size = len(units[0])
    covariance = np.zeros((size, size))
    for unit in units:
        covariance += np.outer(unit, unit) / len(units)
    values, vectors = np.linalg.eigh(covariance)
    matrix = vectors @ np.diag((values + 0.1 * values.mean()) ** -0.5) @ vectors.T
    return matrix, np.stack([matrix @ unit for unit in units])


@pytest.mark.parametrize("channels", [1, 3])
def test_whitening_matches_the_reference(channels: int) -> None:
    train = images(channels=channels)
    matrix, whitened = reference_whitening(train)
    fitted = fit_whitening(torch.from_numpy(train), ignore_progress)["matrix"]
    assert fitted.dtype == torch.float64
    np.testing.assert_allclose(fitted.numpy(), matrix, rtol=1e-9, atol=1e-9)
    applied = Preprocessing.fit(train, "whitening").apply(train)
    assert applied.dtype == torch.float32
    assert applied.shape == (300, channels, 5, 5)
    np.testing.assert_allclose(applied.flatten(1).numpy(), whitened, atol=2e-5)


def test_whitened_values_are_uncorrelated_up_to_regularization() -> None:
    train = images(4000)
    units = torch.from_numpy(train / 255).permute(0, 3, 1, 2).flatten(1)
    units = units - units.mean(1, keepdim=True)
    units = units / units.norm(dim=1, keepdim=True)
    before = torch.linalg.eigvalsh(units.T @ units / len(units))
    applied = Preprocessing.fit(train, "whitening").apply(train).flatten(1).double()
    after = torch.linalg.eigvalsh(applied.T @ applied / len(applied))
    torch.testing.assert_close(after, before / (before + 0.1 * before.mean()), atol=1e-5, rtol=0)


def test_test_images_use_the_matrix_of_the_training_images() -> None:
    train, test = images(), images(40, seed=1)
    matrix, _ = reference_whitening(train)
    values = (test / 255).transpose(0, 3, 1, 2).reshape(40, -1)
    centered = values - values.mean(1, keepdims=True)
    expected = centered / np.linalg.norm(centered, axis=1, keepdims=True) @ matrix
    applied = Preprocessing.fit(train, "whitening").apply(test)
    np.testing.assert_allclose(applied.flatten(1).numpy(), expected, atol=2e-5)


def test_inverse_restores_images_up_to_mean_and_norm() -> None:
    train = images()
    preprocessing = Preprocessing.fit(train, "whitening")
    back = preprocessing.invert(preprocessing.apply(train)).numpy()
    values = (train / 255).transpose(0, 3, 1, 2)
    means = values.mean((1, 2, 3), keepdims=True)
    norms = np.sqrt(((values - means) ** 2).sum((1, 2, 3), keepdims=True))
    np.testing.assert_allclose(back, (values - means) / norms * norms.mean() + means.mean(), atol=1e-4)


def test_whitening_restores_inverted_patches() -> None:
    preprocessing = Preprocessing.fit(images(), "whitening")
    patches = torch.randn(7, 3, 5, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    pixels = (preprocessing.invert(patches) - preprocessing.tensors["mean"]) / preprocessing.tensors["norm"]
    whitened = pixels.flatten(1) @ preprocessing.tensors["matrix"].double()
    torch.testing.assert_close(whitened.reshape(patches.shape), patches, atol=1e-5, rtol=1e-5)


def test_standardization_matches_the_reference_and_inverts() -> None:
    train = images()
    preprocessing = Preprocessing.fit(train, "standardize")
    scaled = train / 255
    expected = ((scaled - scaled.mean((0, 1, 2))) / scaled.std((0, 1, 2))).transpose(0, 3, 1, 2)
    applied = preprocessing.apply(train)
    np.testing.assert_allclose(applied.numpy(), expected, atol=1e-5)
    np.testing.assert_allclose(preprocessing.invert(applied).numpy(), scaled.transpose(0, 3, 1, 2), atol=1e-6)


@pytest.mark.parametrize("kind", ["whitening", "standardize"])
def test_uniform_images_stay_finite(kind: str) -> None:
    train = images()
    train[:10] = 77
    preprocessing = Preprocessing.fit(train, kind)  # type: ignore[arg-type]
    applied = preprocessing.apply(train)
    assert applied.isfinite().all()
    assert preprocessing.invert(applied).isfinite().all()
    if kind == "whitening":
        assert (applied[:10] == 0).all()


def test_dataset_of_uniform_images_cannot_be_whitened() -> None:
    blank = np.full((20, 4, 4, 1), 9, dtype=np.uint8)
    with pytest.raises(DataError, match="all images are uniform"):
        Preprocessing.fit(blank, "whitening")
    assert Preprocessing.fit(blank, "standardize").apply(blank).abs().max() < 1e-6


def test_whitening_rejects_large_images() -> None:
    with pytest.raises(DataError, match=r"27,648 values need a matrix of 6 GiB; .*'standardize'"):
        Preprocessing.fit(np.zeros((1, 96, 96, 3), dtype=np.uint8), "whitening")


@pytest.mark.parametrize("kind", ["whitening", "standardize"])
def test_preprocessing_is_restored_from_its_tensors(kind: str) -> None:
    train = images()
    preprocessing = Preprocessing.fit(train, kind)  # type: ignore[arg-type]
    restored = Preprocessing.from_tensors(kind, preprocessing.to_tensors())
    assert torch.equal(restored.apply(train), preprocessing.apply(train))
    patches = preprocessing.apply(train)
    assert torch.equal(restored.invert(patches), preprocessing.invert(patches))


def test_incomplete_tensors_are_rejected() -> None:
    with pytest.raises(RunError, match="incomplete"):
        Preprocessing.from_tensors("whitening", {"matrix": torch.eye(3)})
    with pytest.raises(RunError, match="incomplete"):
        Preprocessing.from_tensors("standardize", {"mean": torch.eye(3), "deviation": torch.ones(3)})
    with pytest.raises(RunError, match="unknown"):
        Preprocessing.from_tensors("sphering", {})


@pytest.mark.parametrize("kind", ["whitening", "standardize"])
@pytest.mark.parametrize("shape", [(2, 6, 6, 3), (2, 5, 5, 1)])
def test_images_of_a_different_shape_are_rejected(kind: str, shape: tuple[int, ...]) -> None:
    preprocessing = Preprocessing.fit(images(), kind)  # type: ignore[arg-type]
    other = np.zeros(shape, dtype=np.uint8)
    if kind == "standardize" and shape[-1] == 3:
        assert preprocessing.apply(other).shape == (2, 3, 6, 6)
    else:
        with pytest.raises(DataError, match="do not match the training images"):
            preprocessing.apply(other)


def test_arrays_tensors_and_batches_give_equal_results() -> None:
    train = images(5000, side=3)
    preprocessing = Preprocessing.fit(train, "whitening")
    whole = preprocessing.apply(train)
    torch.testing.assert_close(preprocessing.apply(torch.from_numpy(train)), whole)
    torch.testing.assert_close(
        torch.cat([preprocessing.apply(train[:7]), preprocessing.apply(train[7:])]), whole
    )
    assert preprocessing.apply(train[:0]).shape == (0, 3, 3, 3)


def test_fit_is_loaded_from_the_cache(tmp_path: Path) -> None:
    train = images()
    first = Preprocessing.fit(train, "whitening", tmp_path / "cache")
    seen: list[Progress] = []
    second = Preprocessing.fit(train, "whitening", tmp_path / "cache", seen.append)
    assert seen == []
    assert torch.equal(first.tensors["matrix"], second.tensors["matrix"])
    changed = train.copy()
    changed[0, 0, 0, 0] ^= 1
    Preprocessing.fit(changed, "whitening", tmp_path / "cache", seen.append)
    assert seen != []


@pytest.mark.parametrize("kind", ["whitening", "standardize"])
def test_digits_are_prepared(kind: str) -> None:
    config = DatasetConfig(preprocessing=kind)  # type: ignore[arg-type]
    data = prepare_dataset(config)
    assert data.train.shape == (1437, 1, 8, 8)
    assert data.test.shape == (360, 1, 8, 8)
    assert data.train.dtype == data.test.dtype == torch.float32
    assert data.train_labels.dtype == torch.int64
    assert torch.equal(data.train_labels, torch.from_numpy(data.dataset.train_labels))
    torch.testing.assert_close(data.train, data.preprocessing.apply(data.dataset.train_images))
    torch.testing.assert_close(data.test, data.preprocessing.apply(data.dataset.test_images))
    seen: list[Progress] = []
    again = prepare_dataset(config, report=seen.append)
    assert seen == []
    assert torch.equal(again.train, data.train)


def test_writing_to_prepared_data_does_not_change_the_cache() -> None:
    first = prepare_dataset(DatasetConfig())
    before = first.train.clone()
    first.train.zero_()
    assert torch.equal(prepare_dataset(DatasetConfig()).train, before)


def test_changed_files_are_prepared_again(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "set", {"a": 20, "b": 20})
    config = DatasetConfig(name="folder", path=str(folder), image_size=4)
    first = prepare_dataset(config)
    class_folders(tmp_path / "set", {"b": 21})
    second = prepare_dataset(config)
    assert len(second.train_labels) + len(second.test_labels) == 41
    assert len(first.train_labels) + len(first.test_labels) == 40


@pytest.mark.parametrize("stage", ["reading images", "whitening: covariance", "preparing images"])
def test_cancellation_leaves_no_incomplete_cache_entry(tmp_path: Path, stage: str) -> None:
    reached: list[str] = []

    def cancel(progress: Progress) -> None:
        reached.append(progress.what)
        if progress.what == stage:
            raise CancelledError("stopped")

    cache = tmp_path / "cache"
    with pytest.raises(CancelledError):
        prepare_dataset(DatasetConfig(), cache, cancel)
    assert reached[-1] == stage
    assert list(cache.rglob("*.partial")) == []
    seen: list[str] = []
    data = prepare_dataset(DatasetConfig(), cache, lambda progress: seen.append(progress.what))
    assert data.train.isfinite().all()
    assert stage in seen
