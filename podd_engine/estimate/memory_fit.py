"""Whether a run fits in memory, and the setting with which it would. Loads no torch."""

from dataclasses import dataclass

from podd_engine.config.schema import DistillationConfig

MEMORY_FRACTION = 0.9
"""Share of the memory there is that an advised setting may take."""

MIN_ADVISED_MICRO_BATCH, MIN_ADVISED_PATCH_BATCH, MIN_ADVISED_WIDTH = 16, 8, 8
"""Below these a setting is not worth advising."""


@dataclass(frozen=True)
class MemoryModel:
    """Bytes.

    Args:
        base: what a run holds however long its window is.
        window_step: what each inner step of the window adds.
        longest_window: inner steps of the longest window.
        kept: what the steps of the longest window hold that keep what they computed.
        images: real images, which a CPU run maps from files and the system may take back.
        available: memory that is there for the run.
        checkpoint: a checkpoint on disk.
        bundle: the best poster on disk.
        snapshot: a kept poster on disk.
        real_image: what each real image of a micro-batch adds while it is looked at.
        micro_batch: real images at once.
        patch: what each patch adds while a step is differentiated.
        part: patches at once.
    """

    base: int
    window_step: int
    longest_window: int
    kept: int
    images: int
    available: int
    checkpoint: int
    bundle: int
    snapshot: int
    real_image: int
    micro_batch: int
    patch: int
    part: int

    @property
    def window(self) -> int:
        """Bytes of the longest window, but for what is kept."""
        return self.longest_window * self.window_step

    @property
    def peak(self) -> int:
        """Most bytes at any time, but for what is mapped from files."""
        return self.base + self.window + self.kept

    @property
    def activation_bytes(self) -> int:
        """Bytes of ``base`` that images take while a network looks at them."""
        return max(self.micro_batch * self.real_image, self.part * self.patch)


def memory_advice(config: DistillationConfig, memory: MemoryModel) -> str:
    """The setting with which a run would fit in memory; empty where it fits as it is.

    Settings that change no result come first, then those that change least.
    """
    if memory.peak <= memory.available:
        return ""
    if config.compute.strategy == "stored":
        return "set compute.strategy to auto"
    if config.compute.kept_memory:
        return "set compute.kept_memory to 0"
    if memory.peak - memory.kept <= memory.available:
        return "set compute.strategy to replayed"
    room = int(MEMORY_FRACTION * memory.available)
    fixed = memory.base - memory.activation_bytes
    room_at_work = room - fixed - memory.window
    micro_batch = room_at_work // max(1, memory.real_image)
    if (
        MIN_ADVISED_MICRO_BATCH <= micro_batch < memory.micro_batch
        and memory.part * memory.patch <= room_at_work
    ):
        return f"set compute.micro_batch to {micro_batch}"
    window = (memory.available - memory.base) // max(1, memory.window_step)
    if 0 < window < memory.longest_window:
        setting = "truncation.total" if config.truncation.kind == "growing" else "truncation.window"
        return f"lower {setting} to {window}"
    patches = room_at_work // max(1, memory.patch)
    if MIN_ADVISED_PATCH_BATCH <= patches < config.inner.patch_batch == memory.part:
        return f"lower inner.patch_batch to {patches}"
    # Activations grow with the width, parameters faster.
    share = (room - fixed) / max(1, memory.activation_bytes + memory.window)
    width = int(config.network.width * share) // 8 * 8
    if MIN_ADVISED_WIDTH <= width < config.network.width:
        return f"lower network.width to {width}"
    return "lower network.width or inner.patch_batch"
