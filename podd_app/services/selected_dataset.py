"""The dataset the settings name: where it is, its images, and whether it is prepared. No widgets."""

from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import JobLane
from podd_app.engine.task import BackgroundTask
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_app.services.dataset_entries import DatasetEntry, Key
from podd_app.workers import datasets as work
from podd_engine.config.schema import DatasetConfig


class SelectedDataset(QObject):
    """Looks at the session's dataset whenever it is another, and tells the session what it found.

    Args:
        session: whose dataset it is.
        jobs: starts the work.
    """

    status_changed = Signal()
    """`entry` was replaced."""
    images_changed = Signal()
    """`images` were replaced."""
    prepared_changed = Signal()
    """`prepared` was replaced."""

    def __init__(self, session: Session, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._check: work.DatasetCheck | None = None
        self._images: work.ImagesByClass | None = None
        self._prepared: work.PreparedDataset | None = None
        self.checking = BackgroundTask(jobs, self)
        self.reading = BackgroundTask(jobs, self)
        self.preparing = BackgroundTask(jobs, self)
        self.checking.succeeded.connect(self._on_checked)
        self.checking.failed.connect(self._on_check_failed)
        self.reading.succeeded.connect(self._on_read)
        self.reading.failed.connect(self._on_check_failed)
        self.preparing.succeeded.connect(self._on_prepared)
        self.preparing.failed.connect(session.report_error)
        session.dataset_changed.connect(self._on_dataset_changed)
        self.check_dataset()

    @property
    def key(self) -> Key:
        """Name and path in the settings."""
        return self._session.dataset.name, self._session.dataset.path

    @property
    def entry(self) -> DatasetEntry | None:
        """What was found; None while nobody has looked."""
        if self._check is None:
            return None
        error = self.reading.error
        return DatasetEntry(self.key, self._check.status, error=error.what if error else "")

    @property
    def class_names(self) -> tuple[str, ...]:
        """By class index; empty while unknown."""
        return self._session.dataset.class_names

    @property
    def images(self) -> work.ImagesByClass | None:
        """Its images; None while they have not been read."""
        return self._images

    @property
    def prepared(self) -> work.PreparedDataset | None:
        """What was prepared last; None before that."""
        return self._prepared

    @property
    def config(self) -> DatasetConfig | None:
        """The dataset section of the settings; None while a value in it is out of range."""
        values = self._session.draft.values
        section = {path.partition(".")[2]: value for path, value in values.items() if path[:8] == "dataset."}
        try:
            return DatasetConfig(**section)
        except ValidationError:
            return None

    def check_dataset(self) -> None:
        """Find out again where it is and whether it can be used."""
        config = self.config
        if config is not None:
            self.checking.start(self.tr("Looking for the dataset"), partial(work.check_dataset, config))

    def read(self) -> None:
        """Read its images, unless they are here, on their way, or could not be read."""
        config, task = self.config, self.reading
        if config is None or self._check is None or not self._check.status.available:
            return
        here = self._images is not None and self._images.config == config
        tried = task.subject == config and (task.running or task.error or task.was_cancelled)
        if not here and not tried:
            task.start(self.tr("Opening the images"), partial(work.read, config), config)

    def retry(self) -> None:
        """Look and read once more, after something was wrong or was cancelled."""
        self.reading.discard()
        self.check_dataset()

    def prepare(self) -> None:
        """Do now what a run would do first: decode, fit the preprocessing, apply it."""
        config = self.config
        if config is not None:
            self.preparing.start(self.tr("Getting ready"), partial(work.prepare, config), config, long=True)

    def _on_dataset_changed(self) -> None:
        config = None if self._check is None else self._check.config
        if config is not None and (config.name, config.path) == self.key:
            return
        self._check = self._images = self._prepared = None
        self.reading.discard()
        self.preparing.discard()
        self.status_changed.emit()
        self.images_changed.emit()
        self.check_dataset()

    def _on_checked(self, found: work.DatasetCheck) -> None:
        self._check = found
        entry = DatasetEntry(self.key, found.status)
        names = found.class_names or self._session.dataset.class_names
        self._update_session_state(
            title=found.status.title,
            class_names=names,
            train_images=found.status.train_images,
            ready=not entry.problem,
            reason=entry.problem,
        )
        self.status_changed.emit()

    def _on_read(self, images: work.ImagesByClass) -> None:
        self._images = images
        count, channels = len(images.train.images), images.train.images.shape[3]
        self._update_session_state(
            class_names=images.class_names, train_images=count, channels=channels, ready=True, reason=""
        )
        self.images_changed.emit()

    def _on_prepared(self, prepared: work.PreparedDataset) -> None:
        self._prepared = prepared
        self.prepared_changed.emit()

    def _on_check_failed(self, error: ErrorReport) -> None:
        self._update_session_state(ready=False, reason=error.what)
        self._session.report_error(error)
        self.status_changed.emit()

    def _update_session_state(self, **facts: Any) -> None:
        self._session.set_dataset_state(replace(self._session.dataset, **facts))
