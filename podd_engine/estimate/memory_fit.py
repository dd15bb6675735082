"""Check whether a run fits in memory, and suggest a setting that makes it fit. Loads no torch."""

from dataclasses import dataclass

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import OutOfMemoryError

MEMORY_FRACTION = 0.9
"""Fraction of the available memory that a run with the suggested setting may use."""

MIN_ADVISED_MICRO_BATCH, MIN_ADVISED_PATCH_BATCH, MIN_ADVISED_WIDTH = 16, 8, 8
"""Smallest values that are suggested."""


@dataclass(frozen=True)
class MemoryModel:
    """Memory and disk space of a run. All sizes are in bytes.

    Args:
        fixed_bytes: memory that does not depend on the window length.
        window_step: memory per inner step of the window.
        longest_window: number of inner steps in the longest window.
        stored_bytes: activation cache for the longest window.
        image_bytes: real images that a CPU run maps from files. The system can reclaim this memory.
        available: memory available for the run.
        checkpoint: size of a checkpoint file.
        bundle: size of the best poster's bundle file.
        snapshot: size of a snapshot file.
        real_image: activation memory per real image of a micro-batch.
        micro_batch: number of real images per micro-batch.
        patch: activation memory per patch of a differentiated step.
        patches_at_once: number of patches processed at the same time.
        total: total memory of the device; 0 if unknown.
    """

    fixed_bytes: int
    window_step: int
    longest_window: int
    stored_bytes: int
    image_bytes: int
    available: int
    checkpoint: int
    bundle: int
    snapshot: int
    real_image: int
    micro_batch: int
    patch: int
    patches_at_once: int
    total: int = 0

    @property
    def window(self) -> int:
        """Bytes of the longest window without the activation cache."""
        return self.longest_window * self.window_step

    @property
    def peak(self) -> int:
        """Peak memory without the images mapped from files, bytes."""
        return self.fixed_bytes + self.window + self.stored_bytes

    @property
    def activation_bytes(self) -> int:
        """Bytes of ``fixed_bytes`` that are activations of real images or patches."""
        return max(self.micro_batch * self.real_image, self.patches_at_once * self.patch)


@dataclass(frozen=True)
class MemoryShortage:
    """Memory that a run needs and the device lacks.

    Args:
        needed_bytes: peak memory of the run.
        available_bytes: memory available for the run.
        total_bytes: total memory of the device; 0 if unknown.
        advice: setting to change so that the run fits.
    """

    needed_bytes: int
    available_bytes: int
    total_bytes: int
    advice: str


class MemoryShortageError(OutOfMemoryError):
    """A run does not fit in memory. The message names a setting that makes the run fit.

    Args:
        shortage: the required and the available memory, and the setting.
    """

    def __init__(self, shortage: MemoryShortage) -> None:
        needed, available = shortage.needed_bytes / 1e9, shortage.available_bytes / 1e9
        super().__init__(
            f"memory: needs {needed:.1f} GB, but only {available:.1f} GB are free; {shortage.advice}"
        )
        self.shortage = shortage


def memory_advice(config: DistillationConfig, memory: MemoryModel) -> str:
    """Suggest a setting with which the run fits in memory. Returns an empty string if the run fits.

    Settings that do not change the result are suggested first, then those with the smallest effect.
    """
    if memory.peak <= memory.available:
        return ""
    if config.compute.strategy == "stored":
        return "set compute.strategy to auto"
    if config.compute.kept_memory:
        return "set compute.kept_memory to 0"
    if memory.peak - memory.stored_bytes <= memory.available:
        return "set compute.strategy to replayed"
    budget = int(MEMORY_FRACTION * memory.available)
    constant = memory.fixed_bytes - memory.activation_bytes
    activation_budget = budget - constant - memory.window
    micro_batch = activation_budget // max(1, memory.real_image)
    if (
        MIN_ADVISED_MICRO_BATCH <= micro_batch < memory.micro_batch
        and memory.patches_at_once * memory.patch <= activation_budget
    ):
        return f"set compute.micro_batch to {micro_batch}"
    window = (memory.available - memory.fixed_bytes) // max(1, memory.window_step)
    if 0 < window < memory.longest_window:
        setting = "truncation.total" if config.truncation.kind == "growing" else "truncation.window"
        return f"lower {setting} to {window}"
    patches = activation_budget // max(1, memory.patch)
    if MIN_ADVISED_PATCH_BATCH <= patches < config.inner.patch_batch == memory.patches_at_once:
        return f"lower inner.patch_batch to {patches}"
    # Activations grow linearly with the width, parameters grow faster.
    share = (budget - constant) / max(1, memory.activation_bytes + memory.window)
    width = int(config.network.width * share) // 8 * 8
    if MIN_ADVISED_WIDTH <= width < config.network.width:
        return f"lower network.width to {width}"
    return "lower network.width or inner.patch_batch"
