"""Location, images and preparation of the dataset that the settings select. No widgets."""

from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import JobLane
from podd_app.engine.latest_job import LatestJob
from podd_app.engine.task import BackgroundTask
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_app.services.dataset_entries import DatasetEntry, Key
from podd_app.workers import datasets as work
from podd_engine.config.sections import DatasetConfig


class SelectedDataset(QObject):
    """Checks the dataset of the session when it changes, and updates `Session.dataset`.

    Args:
        session: the session.
        jobs: lane that runs the background work.

    Attributes:
        checking: task that locates the dataset.
        reading: task that reads the images.
        preparing: task that preprocesses the images.
    """

    status_changed = Signal()
    """Emitted when `entry` was replaced."""
    images_changed = Signal()
    """Emitted when `images` was replaced."""
    prepared_changed = Signal()
    """Emitted when `prepared` was replaced."""

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
        self._find_job = LatestJob(jobs, self)
        self._find_job.succeeded.connect(self._on_found)
        self.preparing.failed.connect(session.report_error)
        session.dataset_changed.connect(self._on_dataset_changed)
        self.check_dataset()

    @property
    def key(self) -> Key:
        """Values of ``dataset.name`` and ``dataset.path``."""
        return self._session.dataset.name, self._session.dataset.path

    @property
    def entry(self) -> DatasetEntry | None:
        """Status of the dataset; None before the first check."""
        if self._check is None:
            return None
        error = self.reading.error
        return DatasetEntry(self.key, self._check.status, error=error.what if error else "")

    @property
    def class_names(self) -> tuple[str, ...]:
        """Class names by class index; empty while unknown."""
        return self._session.dataset.class_names

    @property
    def images(self) -> work.ImagesByClass | None:
        """Images by class; None before they are read."""
        return self._images

    @property
    def prepared(self) -> work.PreparedDataset | None:
        """What was prepared, by the Data page or by a run; None if nothing or if this is not known yet."""
        return self._prepared

    @property
    def notices(self) -> tuple[str, ...]:
        """One-line notices about the files and the images, for example about skipped files."""
        found = () if self._check is None else self._check.status.notices
        read = () if self._images is None else self._images.notices
        return tuple(dict.fromkeys((*found, *read)))

    @property
    def config(self) -> DatasetConfig | None:
        """Dataset section of the settings; None while it contains an invalid value."""
        values = self._session.draft.values
        section = {path.partition(".")[2]: value for path, value in values.items() if path[:8] == "dataset."}
        try:
            return DatasetConfig(**section)
        except ValidationError:
            return None

    def check_dataset(self) -> None:
        """Locate the dataset and check its files again."""
        config = self.config
        if config is not None:
            self.checking.start(self.tr("Checking the dataset…"), partial(work.check_dataset, config))

    def read(self) -> None:
        """Read the images unless they are available, are being read, or could not be read."""
        config, task = self.config, self.reading
        if config is None or self._check is None or not self._check.status.available:
            return
        is_read = self._images is not None and self._images.config == config
        was_tried = task.subject == config and (task.running or task.error or task.was_cancelled)
        if not is_read and not was_tried:
            task.start(self.tr("Opening images…"), partial(work.read, config), config)

    def retry(self) -> None:
        """Check and read the dataset again after an error or a cancellation."""
        self.reading.discard()
        self.check_dataset()

    def prepare(self) -> None:
        """Decode the images, and fit and apply the preprocessing, as a run does before its first step."""
        config = self.config
        if config is not None:
            self.preparing.start(self.tr("Preparing…"), partial(work.prepare, config), config, long=True)

    def find_prepared(self) -> None:
        """Find out whether the images have been prepared already, for example by a run."""
        config = self.config
        if config is not None and self._images is not None and self._images.config == config:
            self._find_job.start(partial(work.find_prepared, config))

    def _on_dataset_changed(self) -> None:
        config = None if self._check is None else self._check.config
        settings = self._session.dataset.settings
        if config is not None and (config.name, config.path, config.classes) == settings:
            return
        self._check = self._images = self._prepared = None
        self._find_job.drop()
        self.reading.discard()
        self.preparing.discard()
        self.status_changed.emit()
        self.images_changed.emit()
        self.check_dataset()

    def _on_checked(self, check: work.DatasetCheck) -> None:
        self._check = check
        entry = DatasetEntry(self.key, check.status)
        names = check.class_names or self._session.dataset.class_names
        self._update_session_state(
            title=check.status.title,
            class_names=names,
            train_images=check.status.train_images,
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
        self.find_prepared()

    def _on_prepared(self, prepared: work.PreparedDataset) -> None:
        self._prepared = prepared
        self.prepared_changed.emit()

    def _on_found(self, prepared: work.PreparedDataset | None) -> None:
        if prepared is not None:
            self._on_prepared(prepared)

    def _on_check_failed(self, error: ErrorReport) -> None:
        self._update_session_state(ready=False, reason=error.what)
        self._session.report_error(error)
        self.status_changed.emit()

    def _update_session_state(self, **values: Any) -> None:
        self._session.set_dataset_state(replace(self._session.dataset, **values))
