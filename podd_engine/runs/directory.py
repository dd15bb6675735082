"""A run directory: where each file of a run lies, and who may write there."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from podd_engine.config.dataset_catalogue import FOLDER_DATASET
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import RunError
from podd_engine.io.atomic_write import atomic_write, atomic_write_bytes
from podd_engine.runs.snapshot_retention import steps_to_keep
from podd_engine.runtime.events import EvaluationDetails, PosterSnapshot

LOCK_TIMEOUT_S = 0.2
"""Longer than anyone who only looks whether a run is being written holds its lock."""


@dataclass(frozen=True)
class RunDirectory:
    """The files of one run.

    ``evaluation.npz`` holds the details of the last evaluation in arrays named as the fields of
    `EvaluationDetails`; a run that was last evaluated by an earlier version has none.

    Args:
        path: the folder.
    """

    path: Path

    @property
    def config_path(self) -> Path:
        """The whole config, resolved: enough to repeat the run."""
        return self.path / "config.toml"

    @property
    def events_path(self) -> Path:
        """Every report, one JSON object a line."""
        return self.path / "events.jsonl"

    @property
    def checkpoint_path(self) -> Path:
        """All state needed to go on."""
        return self.path / "checkpoint.safetensors"

    @property
    def best_path(self) -> Path:
        """Poster and labels with the lowest real-training loss so far, as a bundle."""
        return self.path / "best.safetensors"

    @property
    def evaluation_path(self) -> Path:
        """What networks of the last evaluation say of test images and patches."""
        return self.path / "evaluation.npz"

    @property
    def snapshots_path(self) -> Path:
        """The poster over time."""
        return self.path / "snapshots"

    @staticmethod
    def check_available(path: Path) -> None:
        """See that a run can be made at ``path``, before work is spent on preparing it.

        Raises:
            RunError: something is already there.
        """
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise RunError(f"{path}: is already there and not empty; resume it, or choose another folder")

    @classmethod
    def create(cls, path: Path, config: DistillationConfig) -> Self:
        """Make a new run directory.

        Raises:
            RunError: the folder already holds something.
            StorageError: it cannot be written.
        """
        cls.check_available(path)
        run = cls(path)
        run.save_config(config)
        return run

    @classmethod
    def open(cls, path: Path) -> Self:
        """An existing run directory.

        Raises:
            RunError: there is none at ``path``.
        """
        run = cls(path)
        if not run.config_path.is_file():
            raise RunError(
                f"{path}: is not a run directory (it has no config.toml); give the folder of a run"
            )
        return run

    @property
    def config(self) -> DistillationConfig:
        """The run's config."""
        return DistillationConfig.load(self.config_path)

    def save_config(self, config: DistillationConfig) -> None:
        """Make ``config`` the run's config.

        Raises:
            StorageError: it cannot be written.
        """
        atomic_write_bytes(self.config_path, config.to_toml().encode())

    def lock(self) -> FileLock:
        """Take the run for writing; the system frees it when this process ends, however it ends.

        Raises:
            RunError: another process writes this run.
        """
        lock = FileLock(self.path / ".lock")
        try:
            lock.acquire(timeout=LOCK_TIMEOUT_S)
        except Timeout:
            raise RunError(f"{self.path}: another process is writing this run; stop it first") from None
        return lock

    def is_locked(self) -> bool:
        """Whether a process, this one included, holds the run for writing; leaves nothing behind.

        False in a folder that may only be read, where nobody can tell.
        """
        lock_path = self.path / ".lock"
        if not lock_path.exists():
            return False
        lock = FileLock(lock_path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            return False
        lock.release()
        return False

    def save_snapshot(self, snapshot: PosterSnapshot) -> None:
        """Keep a poster as ``snapshots/step-00000040.npz``."""
        with atomic_write(self._snapshot_path(snapshot.step)) as temporary:
            np.savez_compressed(temporary, poster=snapshot.poster, patch_labels=snapshot.patch_labels)

    def save_evaluation_details(self, details: EvaluationDetails) -> None:
        """Keep the details of an evaluation in place of those of the one before."""
        with atomic_write(self.evaluation_path) as temporary:
            np.savez_compressed(temporary, **asdict(details))

    def load_evaluation_details(self) -> EvaluationDetails | None:
        """The details of the last evaluation; None where none are kept."""
        try:
            with np.load(self.evaluation_path, allow_pickle=False) as arrays:
                return EvaluationDetails(
                    step=int(arrays["step"]),
                    networks=int(arrays["networks"]),
                    length=int(arrays["length"]),
                    confusion=arrays["confusion"],
                    patch_predictions=arrays["patch_predictions"],
                )
        except FileNotFoundError:
            return None

    def prune_snapshots(self) -> None:
        """Remove the snapshots that `podd_engine.runs.snapshot_retention.steps_to_keep` does not keep."""
        steps = self.snapshot_steps()
        for step in set(steps).difference(steps_to_keep(steps, self.best_step())):
            # What a reader holds open cannot be removed everywhere; it goes after the next snapshot.
            with suppress(OSError):
                self._snapshot_path(step).unlink()

    def best_step(self) -> int | None:
        """Outer step of the best poster; None where there is none that can be read."""
        try:
            with safe_open(self.best_path, framework="numpy") as file:
                step = json.loads(file.metadata()["podd"])["step"]
        except (OSError, SafetensorError, KeyError, TypeError, ValueError):
            return None
        return int(step)

    def snapshot_steps(self) -> list[int]:
        """Outer steps of the kept snapshots, rising."""
        return sorted(int(path.stem.removeprefix("step-")) for path in self.snapshots_path.glob("step-*.npz"))

    def load_snapshot(self, step: int) -> PosterSnapshot:
        """The snapshot kept at outer ``step``."""
        with np.load(self._snapshot_path(step), allow_pickle=False) as arrays:
            return PosterSnapshot(step, arrays["poster"], arrays["patch_labels"])

    def load_snapshot_labels(self, step: int) -> NDArray[np.float32]:
        """The soft labels of the snapshot kept at outer ``step`` alone, float32 [patches, classes]."""
        with np.load(self._snapshot_path(step), allow_pickle=False) as arrays:
            labels: NDArray[np.float32] = arrays["patch_labels"]
            return labels

    def _snapshot_path(self, step: int) -> Path:
        return self.snapshots_path / f"step-{step:08d}.npz"


def next_run_path(parent: Path, config: DistillationConfig) -> Path:
    """The first free ``parent/name-001``, ``-002``, …

    Args:
        parent: holds run directories.
        config: of the run, which is named after it, or after the folder of images it was made for.
    """
    name, number = config.name, 1
    if name == FOLDER_DATASET:
        name = Path(config.dataset.path).name or name
    while (parent / f"{name}-{number:03d}").exists():
        number += 1
    return parent / f"{name}-{number:03d}"
