"""Decide whether a run compiles its steps. This module does not import the compiler."""

from podd_engine.config.schema import DistillationConfig

COMPILE_PROGRESS_LABEL = "compiling the inner step"
"""`Progress.what` while steps are compiled."""

COMPILE_MIN_ACTIVATIONS = 1.5e9
"""First-layer activations over all inner steps of a run above which compiling saves time.

Compiling takes 10 s for a small network and two minutes for a wide network. Compiled steps are 1.3 to 2
times faster. Eager steps take about 20 s per 1e9 of these activations on one core.
"""


def should_compile(config: DistillationConfig) -> bool:
    """Return whether a run compiles its steps.

    The result depends only on ``config``, so that a repeated run gives the same numbers.
    """
    if config.compute.compile != "auto":
        return config.compute.compile == "on"
    truncation, inner = config.truncation, config.inner
    # The backward pass of an inner step costs about as much as three inner steps.
    steps = config.outer.steps * ((truncation.total + truncation.window) / 2 + 3 * truncation.window)
    activations = inner.patch_batch * config.network.width * config.dataset.image_size**2
    return steps * activations > COMPILE_MIN_ACTIVATIONS
