"""All datasets, and the work that is done on each of them. No widgets.

The service exists even if the Data page was never shown: Start must know if the chosen dataset can
be read, and a folder can be dropped anywhere on the window.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import JobLane
from podd_app.engine.task import BackgroundTask
from podd_app.models.open_target import OpenTarget
from podd_app.models.session import Session
from podd_app.services.dataset_entries import DatasetEntry, Key, catalog_entries, entry_from_status
from podd_app.services.selected_dataset import SelectedDataset
from podd_app.workers import datasets as work
from podd_engine.config.dataset_defaults import dataset_default_settings
from podd_engine.data.registry import DatasetStatus

_ACCELERATORS = ("cuda", "mps")


class DatasetService(QObject):
    """The datasets of a session.

    Args:
        session: whose dataset is chosen here.
        jobs: starts the work.

    Attributes:
        chosen: the dataset the settings name.
        listing: looking at all of them.
        adding: looking through a folder that is to be added.
    """

    entries_changed = Signal()
    """`entries` were replaced."""
    busy_changed = Signal()
    """Something that is being done about a card began, went on or ended."""

    def __init__(self, session: Session, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._listed = catalog_entries()
        self._tasks: dict[Key, BackgroundTask] = {}
        self.selected = SelectedDataset(session, self._jobs, self)
        self.listing = BackgroundTask(self._jobs, self)
        self.adding = BackgroundTask(self._jobs, self)
        self.listing.succeeded.connect(self._on_listed)
        self.listing.failed.connect(session.report_error)
        self.adding.succeeded.connect(self._on_added)
        self.adding.failed.connect(session.report_error)
        self.selected.status_changed.connect(self.entries_changed)
        session.open_requested.connect(self._on_open_requested)

    @property
    def entries(self) -> tuple[DatasetEntry, ...]:
        """A card for each dataset: named ones, added folders, and what the settings name besides."""
        selected = self.selected.entry
        if selected is None:
            return self._listed
        if all(entry.key != selected.key for entry in self._listed):
            return (*self._listed, selected)

        def named(entry: DatasetEntry) -> DatasetEntry:
            """The chosen one under the name it has on the list."""
            return replace(
                entry, status=replace(selected.status, title=entry.status.title), error=selected.error
            )

        return tuple(named(entry) if entry.key == selected.key else entry for entry in self._listed)

    def task(self, key: Key) -> BackgroundTask:
        """What is being done about a card: downloading, locating, removing."""
        if key not in self._tasks:
            made = self._tasks[key] = BackgroundTask(self._jobs, self)
            made.succeeded.connect(lambda status: self._on_done(key, status))
            made.failed.connect(self._session.report_error)
            made.changed.connect(self.busy_changed)
        return self._tasks[key]

    def refresh(self) -> None:
        """Look at all datasets again."""
        self.listing.start(self.tr("Looking for datasets"), work.list_all_datasets)

    def choose(self, entry: DatasetEntry) -> None:
        """Distill this dataset: one undoable step that also brings settings which fit it."""
        if not self.adding.running:
            self.adding.discard()  # what went wrong with another folder is of no interest any more
        if entry.key != self.selected.key:
            name, path = entry.key
            values = self._session.draft.values
            changes = dataset_default_settings(values, name, path, entry.status.classes, self._accelerated)
            self._session.edit(changes, self.tr("Dataset %s") % entry.status.title)

    @property
    def _accelerated(self) -> bool:
        devices = {device.key for device in self._session.devices}
        return self._session.device.key != "cpu" and not devices.isdisjoint(_ACCELERATORS)

    def add(self, folder: Path) -> None:
        """Put a folder of images on the list, and choose it."""
        self.adding.start(self.tr("Looking through %s") % folder.name, partial(work.add, folder))

    def download(self, entry: DatasetEntry) -> None:
        """Fetch a named dataset that is not here, or whose files are damaged."""
        what = self.tr("Asking the server")
        self.task(entry.key).start(what, partial(work.download, entry.key[0]), long=True)

    def locate(self, entry: DatasetEntry, folder: Path) -> None:
        """Say where a dataset lies."""
        what = self.tr("Looking through %s") % folder.name
        self.task(entry.key).start(
            what, partial(work.set_dataset_location, entry.user_folder_name or entry.key[0], folder)
        )

    def remove(self, entry: DatasetEntry) -> None:
        """Take an added folder off the list; the folder itself stays."""
        self.task(entry.key).start(self.tr("Removing"), partial(work.remove, entry.user_folder_name))

    def _on_listed(self, statuses: tuple[DatasetStatus, ...]) -> None:
        self._listed = tuple(entry_from_status(status) for status in statuses)
        self.entries_changed.emit()

    def _on_done(self, key: Key, status: DatasetStatus | None) -> None:
        """Something changed on disk; ``status`` is what became of it, None if it was removed."""
        self.refresh()
        if key != self.selected.key:
            return
        if status is not None and entry_from_status(status).key != key:
            self.choose(entry_from_status(status))
        else:
            self.selected.retry()

    def _on_added(self, status: DatasetStatus) -> None:
        self.refresh()
        entry = entry_from_status(status)
        if entry.key == self.selected.key:
            self.selected.retry()
        else:
            self.choose(entry)

    def _on_open_requested(self, opened: OpenTarget) -> None:
        if opened.kind == "images":
            self._session.show_page("data")
            self.add(opened.path)
