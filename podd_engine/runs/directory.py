"""Run directory: the paths, the lock and the snapshot files of a run."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import RunError, StorageError
from podd_engine.io.atomic_write import atomic_write, atomic_write_bytes
from podd_engine.io.file_kind import check_is_folder
from podd_engine.io.os_errors import translate_disk_errors, translate_read_errors, write_error_text
from podd_engine.runs.run_detection import CONFIG_FILE, is_run_directory
from podd_engine.runs.snapshot_retention import steps_to_keep
from podd_engine.runtime.events import EvaluationDetails, PosterSnapshot

LOCK_TIMEOUT_S = 0.2
"""Time to wait for the lock. `RunDirectory.is_locked` in another process holds it for less than this."""


@dataclass(frozen=True)
class RunDirectory:
    """Files of one run.

    ``evaluation.npz`` contains the details of the last evaluation, in arrays named like the fields of
    `EvaluationDetails`. The file is missing if an older version made the last evaluation.

    Args:
        path: the run directory.
    """

    path: Path

    @property
    def config_path(self) -> Path:
        """Complete resolved config, which is enough to repeat the run."""
        return self.path / CONFIG_FILE

    @property
    def events_path(self) -> Path:
        """Event log, one JSON object per line."""
        return self.path / "events.jsonl"

    @property
    def checkpoint_path(self) -> Path:
        """Checkpoint with all state needed to resume."""
        return self.path / "checkpoint.safetensors"

    @property
    def best_path(self) -> Path:
        """Bundle of the poster with the lowest real-training loss of all evaluations."""
        return self.path / "best.safetensors"

    @property
    def evaluation_path(self) -> Path:
        """Predictions of the last evaluation's networks for test images and patches."""
        return self.path / "evaluation.npz"

    @property
    def snapshots_path(self) -> Path:
        """Folder of the snapshots."""
        return self.path / "snapshots"

    @staticmethod
    def check_available(path: Path) -> None:
        """Check that a new run can be created at ``path``.

        Raises:
            RunError: ``path`` is a folder that is not empty.
            StorageError: ``path`` or a part of it is a file, or the system refuses access to ``path``.
        """
        with translate_disk_errors(path, "used for a run"):
            try:
                is_empty = not any(path.iterdir())
            except FileNotFoundError:
                is_empty = True
        if not is_empty:
            raise RunError(
                f"{path}: already exists and is not empty; resume that run or choose another folder"
            )

    @classmethod
    def create(cls, path: Path, config: DistillationConfig) -> Self:
        """Create a run directory with its config file.

        Raises:
            RunError: the folder is not empty.
            StorageError: the folder is not writable.
        """
        cls.check_available(path)
        run = cls(path)
        run.save_config(config)
        return run

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an existing run directory.

        Raises:
            RunError: ``path`` is not a run directory.
        """
        run = cls(path)
        check_is_folder(path, "a run folder", RunError)
        with translate_read_errors(path, RunError):
            has_config, is_run = run.config_path.is_file(), path.is_dir() and is_run_directory(path)
        if not has_config:
            if not path.exists():
                raise RunError(f"{path}: there is no such folder; check the path")
            raise RunError(
                f"{path}: not a run directory (config.toml is missing); choose the folder of a run"
            )
        if not is_run:
            raise RunError(
                f"{path}: not a run directory (its config.toml is from another program); choose the folder "
                "of a run, or distill a folder of images with 'podd distill'"
            )
        return run

    @property
    def config(self) -> DistillationConfig:
        """Config of the run, read from its file.

        Earlier versions recorded the class names only in the best poster.
        """
        config = DistillationConfig.load(self.config_path)
        names = config.dataset.classes or self.poster_class_names()
        if names == config.dataset.classes or len(names) != config.layout.classes:
            return config
        return config.with_values({"dataset.classes": names})

    def poster_class_names(self) -> tuple[str, ...]:
        """Return the class names by class index that are stored with the poster; empty if there are none."""
        for path, key in ((self.checkpoint_path, "checkpoint"), (self.best_path, "podd")):
            names = _metadata(path, key).get("class_names")
            if isinstance(names, list) and all(isinstance(name, str) for name in names):
                return tuple(names) if len(set(names)) == len(names) else ()
        return ()

    def save_config(self, config: DistillationConfig) -> None:
        """Write ``config`` as the config of the run.

        Raises:
            StorageError: the file is not writable.
        """
        atomic_write_bytes(self.config_path, config.to_toml().encode())

    def lock(self) -> FileLock:
        """Lock the run for writing. The system releases the lock when this process ends for any reason.

        Raises:
            RunError: another process is writing this run.
            StorageError: the run directory is not writable.
        """
        lock = FileLock(self.path / ".lock")
        try:
            lock.acquire(timeout=LOCK_TIMEOUT_S)
        except Timeout:
            raise RunError(
                f"{self.path}: another process is writing this run; stop that process first"
            ) from None
        except OSError as error:
            raise StorageError(write_error_text(self.path, error)) from error
        return lock

    def is_locked(self) -> bool:
        """Whether any process, including this one, has locked the run for writing.

        Does not create the lock file. Returns False in a read-only folder, where the lock cannot be
        tested.
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

    def save_snapshot(self, snapshot: PosterSnapshot, class_names: Sequence[str] = ()) -> None:
        """Write a snapshot to ``snapshots/step-00000040.npz``, named by its outer step.

        Args:
            snapshot: poster and labels.
            class_names: names by class index; empty: not stored.
        """
        arrays: dict[str, Any] = {"poster": snapshot.poster, "patch_labels": snapshot.patch_labels}
        if class_names:
            arrays["class_names"] = np.array(class_names)
        with atomic_write(self._snapshot_path(snapshot.step)) as temporary:
            np.savez_compressed(temporary, **arrays)

    def save_evaluation_details(self, details: EvaluationDetails) -> None:
        """Write the details of an evaluation, replacing those of the previous evaluation."""
        with atomic_write(self.evaluation_path) as temporary:
            np.savez_compressed(temporary, **asdict(details))

    def load_evaluation_details(self) -> EvaluationDetails | None:
        """Load the details of the last evaluation. Returns None if no details were saved."""
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
        """Delete the snapshots that `podd_engine.runs.snapshot_retention.steps_to_keep` does not list."""
        steps = self.snapshot_steps()
        for step in set(steps).difference(steps_to_keep(steps, self.best_step())):
            # Windows cannot delete a file that a reader has open. The next call deletes it.
            with suppress(OSError):
                self._snapshot_path(step).unlink()

    def best_step(self) -> int | None:
        """Return the outer step of the best poster, or None if no best poster can be read."""
        step = _metadata(self.best_path, "podd").get("step")
        return step if isinstance(step, int) else None

    def snapshot_steps(self) -> list[int]:
        """Return the outer steps of all snapshots in ascending order."""
        return sorted(int(path.stem.removeprefix("step-")) for path in self.snapshots_path.glob("step-*.npz"))

    def load_snapshot(self, step: int) -> PosterSnapshot:
        """Load the snapshot of outer step ``step``."""
        with np.load(self._snapshot_path(step), allow_pickle=False) as arrays:
            return PosterSnapshot(step, arrays["poster"], arrays["patch_labels"])

    def load_snapshot_labels(self, step: int) -> NDArray[np.float32]:
        """Load only the soft labels of the snapshot of outer step ``step``, float32 [patches, classes]."""
        with np.load(self._snapshot_path(step), allow_pickle=False) as arrays:
            labels: NDArray[np.float32] = arrays["patch_labels"]
            return labels

    def _snapshot_path(self, step: int) -> Path:
        return self.snapshots_path / f"step-{step:08d}.npz"


def _metadata(path: Path, key: str) -> dict[str, Any]:
    """Return a JSON object in the metadata of a safetensors file; empty if it cannot be read."""
    try:
        with safe_open(path, framework="numpy") as file:
            content = json.loads(file.metadata()[key])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
