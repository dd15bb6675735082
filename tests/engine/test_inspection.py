"""Tests of the inspection functions: gradient map, nearest images, augmented versions."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.real_data import RealData
from podd_engine.errors import CancelledError
from podd_engine.inspection import nearest_images as nearest_images_module
from podd_engine.inspection.augmented_patches import augmented_versions
from podd_engine.inspection.gradient_map import gradient_magnitude, gradient_map, gradient_map_distiller
from podd_engine.inspection.nearest_images import nearest_images
from podd_engine.progress import Progress
from podd_engine.runs import PreparedRun
from podd_engine.runtime.coroutines import run_to_completion

STEP = 3


def small_distiller(**changes: object) -> Distiller:
    settings = {
        "network.width": 4,
        "network.depth": 1,
        "inner.patch_batch": 6,
        "truncation.window": 4,
        "truncation.total": 7,
        "outer.real_batch": 12,
        "compute.precision": "float64",
        "augmentation.patches": ("rotate",),
    }
    config = DistillationConfig().with_values(settings | changes)
    source = torch.Generator().manual_seed(0)
    images = torch.randn(30, 1, 8, 8, dtype=torch.float64, generator=source)
    data = RealData(images, torch.arange(30) % 10)
    return Distiller(config, data, data, np.arange(10).reshape(2, 5))


@pytest.mark.parametrize("labels", ["fixed", "learned"])
def test_gradient_map_is_the_gradient_of_the_next_outer_step(labels: str) -> None:
    distiller = small_distiller(**{"labels.kind": labels})
    state = distiller.init_state(0)
    for _ in range(STEP):
        state, _ = distiller.step(state)
    before = replace(state, poster_first=torch.zeros_like(state.poster))
    after, report = distiller.step(before)
    # The first moment of outer Adam is a tenth of the gradient, clipped to the norm in the report.
    expected = after.poster_first * 10 * max(1.0, report.gradient_norm / report.clip_level)
    # Like the window, compute the map from the patch labels of the snapshot alone.
    map_distiller = small_distiller()
    gradient = gradient_map(map_distiller, distiller.snapshot(state))
    assert gradient.dtype == np.float32
    x0, y0, x1, y1 = distiller.layout.windows[17]
    norms = expected[:, y0:y1, x0:x1].square().sum(dim=0).sqrt().numpy()
    np.testing.assert_allclose(
        gradient_magnitude(gradient)[y0:y1, x0:x1], norms, rtol=2e-4, atol=1e-6 * norms.max()
    )


def test_gradient_map_is_exact_in_float64() -> None:
    distiller = small_distiller()
    state = replace(distiller.init_state(0), step=STEP)
    span = distiller.truncation.span(STEP, 0)
    unrounded = run_to_completion(distiller.meta_gradient_coroutine(state, span)).poster
    # A snapshot stores float32, so compute the expected gradient at the rounded poster.
    snapshot = distiller.snapshot(state)
    rounded = replace(
        state,
        poster=torch.from_numpy(snapshot.poster).double(),
        labels=torch.from_numpy(snapshot.patch_labels).double(),
    )
    exact = run_to_completion(distiller.meta_gradient_coroutine(rounded, span)).poster
    assert not torch.equal(exact, unrounded)
    np.testing.assert_array_equal(gradient_map(distiller, snapshot), exact.float().numpy())


def test_gradient_map_reports_progress_and_can_be_cancelled(prepared_digits: PreparedRun) -> None:
    config = prepared_digits.config.with_values({"labels.kind": "learned", "outer.real_batch": 1000})
    distiller = gradient_map_distiller(config, prepared_digits.data)
    assert distiller.real_batch == 256
    assert not distiller.label_scheme.learned
    snapshot = prepared_digits.distiller.snapshot(prepared_digits.distiller.init_state(0))
    reports: list[Progress] = []
    gradient = gradient_map(distiller, snapshot, reports.append)
    assert gradient.shape == (1, 20, 32)
    assert np.isfinite(gradient).all()
    assert gradient.any()
    assert reports[0].done == 0
    assert reports[-1].done == reports[-1].total

    def cancel(progress: Progress) -> None:
        if progress.done == 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        gradient_map(distiller, snapshot, cancel)


def test_nearest_images_equal_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest_images_module, "BATCH", 7)
    source = torch.Generator().manual_seed(1)
    images, patch = torch.randn(60, 3, 4, 4, generator=source), torch.randn(3, 4, 4, generator=source)
    images[41] = images[13]  # a tie within class 1: the smaller index comes first
    labels = torch.arange(60) % 4
    expected = sorted(
        (float(sum((a - b) ** 2 for a, b in zip(image.flatten(), patch.flatten(), strict=True))) ** 0.5, n)
        for n, (image, label) in enumerate(zip(images, labels, strict=True))
        if int(label) in (1, 3)
    )
    indices, distances = nearest_images(patch, images, labels, (3, 1), 30)
    assert indices.tolist() == [number for _, number in expected]
    np.testing.assert_allclose(distances.numpy(), [distance for distance, _ in expected], rtol=1e-5)
    first, _ = nearest_images(patch, images, labels, (3, 1), 5)
    assert first.tolist() == indices[:5].tolist()
    none, no_distances = nearest_images(patch, images, labels, (), 5)
    assert len(none) == len(no_distances) == 0


def test_versions_use_the_given_kinds_and_depend_on_the_address() -> None:
    patch = torch.randn(3, 8, 8, generator=torch.Generator().manual_seed(2))
    versions = augmented_versions(patch, ("flip", "rotate"), 12, 0, 5, 0)
    assert set(versions.kinds) == {"flip", "rotate"}
    pairs = zip(versions.kinds, versions.images, strict=True)
    flips = [image for kind, image in pairs if kind == "flip"]
    assert all(torch.equal(flip, patch) or torch.equal(flip, patch.flip(2)) for flip in flips)
    repeated = augmented_versions(patch, ("flip", "rotate"), 12, 0, 5, 0)
    other_address = augmented_versions(patch, ("flip", "rotate"), 12, 0, 5, 1)
    assert torch.equal(versions.images, repeated.images)
    assert not torch.equal(versions.images, other_address.images)
    unchanged = augmented_versions(patch, (), 1, 0)
    assert unchanged.kinds == (None,)
    assert torch.equal(unchanged.images[0], patch)
