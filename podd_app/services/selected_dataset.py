"""The dataset the settings name: where it is, its images, and whether it is prepared. No widgets."""

from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import Jobs
from podd_app.engine.task import Task
from podd_app.models.run_status import Trouble
from podd_app.models.session import Session
from podd_app.services.dataset_entries import Entry, Key
from podd_app.workers import datasets as work
from podd_engine.config.schema import DatasetConfig


class ChosenDataset(QObject):
    """Looks at the session's dataset whenever it is another, and tells the session what it found.

    Args:
        session: whose dataset it is.
        jobs: where the work is done.
    """

    found_changed = Signal()
    """`entry` was replaced."""
    images_changed = Signal()
    """`images` were replaced."""
    prepared_changed = Signal()
    """`prepared` was replaced."""

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._found: work.Found | None = None
        self._images: work.ImagesByClass | None = None
        self._prepared: work.Prepared | None = None
        self.looking = Task(jobs, self)
        self.reading = Task(jobs, self)
        self.preparing = Task(jobs, self)
        self.looking.succeeded.connect(self._on_found)
        self.looking.failed.connect(self._on_unusable)
        self.reading.succeeded.connect(self._on_read)
        self.reading.failed.connect(self._on_unusable)
        self.preparing.succeeded.connect(self._on_prepared)
        self.preparing.failed.connect(session.report)
        session.dataset_changed.connect(self._on_dataset_changed)
        self.look()

    @property
    def key(self) -> Key:
        """Name and path in the settings."""
        return self._session.dataset.name, self._session.dataset.path

    @property
    def entry(self) -> Entry | None:
        """What was found; None while nobody has looked."""
        if self._found is None:
            return None
        trouble = self.reading.trouble
        return Entry(self.key, self._found.status, trouble=trouble.what if trouble else "")

    @property
    def class_names(self) -> tuple[str, ...]:
        """By class index; empty while unknown."""
        return self._session.dataset.class_names

    @property
    def images(self) -> work.ImagesByClass | None:
        """Its images; None while they have not been read."""
        return self._images

    @property
    def prepared(self) -> work.Prepared | None:
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

    def look(self) -> None:
        """Find out again where it is and whether it can be used."""
        config = self.config
        if config is not None:
            self.looking.start(self.tr("Looking for the dataset"), partial(work.look, config))

    def read(self) -> None:
        """Read its images, unless they are here, on their way, or could not be read."""
        config, task = self.config, self.reading
        if config is None or self._found is None or not self._found.status.available:
            return
        here = self._images is not None and self._images.config == config
        tried = task.asked_for == config and (task.running or task.trouble or task.was_cancelled)
        if not here and not tried:
            task.start(self.tr("Opening the images"), partial(work.read, config), config)

    def try_again(self) -> None:
        """Look and read once more, after something was wrong or was cancelled."""
        self.reading.abandon()
        self.look()

    def prepare(self) -> None:
        """Do now what a run would do first: decode, fit the preprocessing, apply it."""
        config = self.config
        if config is not None:
            self.preparing.start(self.tr("Getting ready"), partial(work.prepare, config), config)

    def _on_dataset_changed(self) -> None:
        config = None if self._found is None else self._found.config
        if config is not None and (config.name, config.path) == self.key:
            return
        self._found = self._images = self._prepared = None
        self.reading.abandon()
        self.preparing.abandon()
        self.found_changed.emit()
        self.images_changed.emit()
        self.look()

    def _on_found(self, found: work.Found) -> None:
        self._found = found
        entry = Entry(self.key, found.status)
        names = found.class_names or self._session.dataset.class_names
        self._tell(
            title=found.status.title,
            class_names=names,
            train_images=found.status.train_images,
            ready=not entry.problem,
            reason=entry.problem,
        )
        self.found_changed.emit()

    def _on_read(self, images: work.ImagesByClass) -> None:
        self._images = images
        count, channels = len(images.train.images), images.train.images.shape[3]
        self._tell(
            class_names=images.class_names, train_images=count, channels=channels, ready=True, reason=""
        )
        self.images_changed.emit()

    def _on_prepared(self, prepared: work.Prepared) -> None:
        self._prepared = prepared
        self.prepared_changed.emit()

    def _on_unusable(self, trouble: Trouble) -> None:
        self._tell(ready=False, reason=trouble.what)
        self._session.report(trouble)
        self.found_changed.emit()

    def _tell(self, **facts: Any) -> None:
        self._session.set_dataset_state(replace(self._session.dataset, **facts))
