"""Whether a run compiles its steps. Loads no compiler."""

from podd_engine.config.schema import DistillationConfig

COMPILE_PROGRESS_LABEL = "compiling the inner step"
"""What the progress of compiling is called."""

COMPILE_MIN_ACTIVATIONS = 1.5e9
"""Activations of the first layer over all inner steps of a run, above which compiling is earned back.

Compiling takes 10 s for a small network, two minutes for a wide one, and makes steps 1.3 to 2 times
faster; eager steps take about 20 s for 1e9 of these activations on one core.
"""


def should_compile(config: DistillationConfig) -> bool:
    """Whether a run should compile; from its settings alone, so that it repeats exactly."""
    if config.compute.compile != "auto":
        return config.compute.compile == "on"
    truncation, inner = config.truncation, config.inner
    # An adjoint is worth about three steps.
    steps = config.outer.steps * ((truncation.total + truncation.window) / 2 + 3 * truncation.window)
    activations = inner.patch_batch * config.network.width * config.dataset.image_size**2
    return steps * activations > COMPILE_MIN_ACTIVATIONS
