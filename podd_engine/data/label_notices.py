"""Notices about the numbers of images, which limit what a measured accuracy means."""

import math
from collections.abc import Mapping, Sequence

MIN_TEST_IMAGES = 100
MIN_IMAGES_PER_CLASS = 5
"""Numbers of images below which a notice tells the user about the uncertainty."""

_TWO_SIDED_95_PERCENT = 1.96
"""Half width of the 95 % confidence interval of a normal distribution, in standard deviations."""


def label_notices(train: Mapping[str, Sequence[str]], test: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return notices about a single class, and about classes with few or no images.

    Args:
        train: training images by class name.
        test: test images by class name, with the same names.

    Returns:
        One line per notice.
    """
    notices: list[str] = []
    if len(train) == 1:
        notices.append(f"the dataset has the single class {next(iter(train))!r}, so every accuracy is 100%")
    untested = [name for name in train if not test[name]]
    if untested and len(untested) < len(train):
        notices.append(f"{_classes(untested)} no test images{_examples(untested)}")
    total = sum(map(len, test.values()))
    if 0 < total < MIN_TEST_IMAGES:
        margin = 100 * _TWO_SIDED_95_PERCENT * math.sqrt(0.25 / total)
        images = "1 image" if total == 1 else f"{total} images"
        notices.append(
            f"the test set has only {images}, so a test accuracy near 50% is uncertain by "
            f"±{min(50, round(margin))} percentage points"
        )
    else:
        rare = [name for name in train if 0 < len(test[name]) < MIN_IMAGES_PER_CLASS]
        if rare:
            notices.append(
                f"{_classes(rare)} fewer than {MIN_IMAGES_PER_CLASS} test images{_examples(rare)}, so the "
                "accuracies of single classes are uncertain"
            )
    small = [name for name in train if 0 < len(train[name]) < MIN_IMAGES_PER_CLASS]
    if small:
        notices.append(
            f"{_classes(small)} fewer than {MIN_IMAGES_PER_CLASS} training images{_examples(small)}"
        )
    return tuple(notices)


def _classes(names: Sequence[str]) -> str:
    return "1 class has" if len(names) == 1 else f"{len(names):,} classes have"


def _examples(names: Sequence[str]) -> str:
    return f" (for example {', '.join(names[:2])})" if len(names) > 2 else f" ({', '.join(names)})"
