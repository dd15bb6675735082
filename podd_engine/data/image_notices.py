"""Notices about the pixels of a dataset: repeated images and images of a single color."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from podd_engine.data.dataset import DecodedImages, Images, Labels


def image_notices(
    images: DecodedImages, train_paths: Sequence[str], test_paths: Sequence[str]
) -> tuple[str, ...]:
    """Return notices about images with identical pixels and about images of a single color.

    Args:
        images: decoded images.
        train_paths: file of each training image.
        test_paths: file of each test image.

    Returns:
        One line per notice, with two examples.
    """
    train, test = images.train, images.test
    uniform = np.concatenate([_is_uniform(train.images), _is_uniform(test.images)])
    paths = (*train_paths, *test_paths)
    labels: Labels = np.concatenate([train.labels, test.labels])
    first: dict[bytes, int] = {}
    leaked: list[tuple[str, str]] = []
    contradictory: list[tuple[str, str]] = []
    for index, digest in enumerate([*_digests(train.images), *_digests(test.images)]):
        earlier = first.setdefault(digest, index)
        # Images of a single color are reported once, not as copies of each other.
        if earlier == index or uniform[index]:
            continue
        pair = paths[index], paths[earlier]
        if index >= len(train_paths) > earlier:
            leaked.append(pair)
        if labels[index] != labels[earlier]:
            contradictory.append(pair)
    return tuple(
        f"{text} (for example {examples})"
        for text, examples in (
            (
                f"{len(leaked):,} of {len(test_paths):,} test images {'is' if len(leaked) == 1 else 'are'} "
                "also in the training set, so the test accuracy is too high",
                _pairs(leaked),
            ),
            (
                _counted(len(contradictory), "image is", "images are") + " in two classes",
                _pairs(contradictory),
            ),
            (
                _counted(int(uniform.sum()), "image has", "images have") + " a single color",
                ", ".join(paths[index] for index in np.flatnonzero(uniform)[:2]),
            ),
        )
        if examples
    )


def _digests(images: Images) -> list[bytes]:
    return [hashlib.blake2b(image.tobytes(), digest_size=16).digest() for image in images]


def _is_uniform(images: Images) -> NDArray[np.bool_]:
    """Return which images have the same color in all pixels, bool [images]."""
    pixels = images.reshape(len(images), -1, images.shape[3])
    return np.array([bool((image == image[:1]).all()) for image in pixels], dtype=np.bool_)


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{copy} = {original}" for copy, original in pairs[:2])


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
