"""Lists, downloads, adds and removes datasets on background threads. No widgets.

The service exists even if the Data page was never shown: Start must know whether the selected
dataset can be read, and the user can drop a folder on any page.
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
    """Datasets that the user can select.

    Args:
        session: the session whose dataset is selected.
        jobs: lane that runs the background work.

    Attributes:
        selected: dataset of the settings.
        listing: task that checks all datasets.
        adding: task that adds an image folder.
    """

    entries_changed = Signal()
    """Emitted when `entries` was replaced."""
    busy_changed = Signal()
    """Emitted when the task of a card started, progressed or ended."""

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
        """Datasets of the catalogue, added folders, and the dataset of the settings if it is none of them."""
        selected = self.selected.entry
        if selected is None:
            return self._listed
        if all(entry.key != selected.key for entry in self._listed):
            return (*self._listed, selected)

        def with_selected_status(entry: DatasetEntry) -> DatasetEntry:
            """Replace the status by the status of the selected dataset, but keep the listed title."""
            status = replace(selected.status, title=entry.status.title)
            return replace(entry, status=status, error=selected.error)

        return tuple(
            with_selected_status(entry) if entry.key == selected.key else entry for entry in self._listed
        )

    def task(self, key: Key) -> BackgroundTask:
        """Return the task that downloads, locates or removes the dataset ``key``."""
        if key not in self._tasks:
            task = self._tasks[key] = BackgroundTask(self._jobs, self)
            task.succeeded.connect(lambda status: self._on_done(key, status))
            task.failed.connect(self._session.report_error)
            task.changed.connect(self.busy_changed)
        return self._tasks[key]

    def refresh(self) -> None:
        """Check all datasets again."""
        self.listing.start(self.tr("Checking datasets…"), work.list_all_datasets)

    def choose(self, entry: DatasetEntry) -> None:
        """Select a dataset and load its default settings as one undo step."""
        if not self.adding.running:
            self.adding.discard()  # an error of another folder no longer matters
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
        """Add an image folder to the list and select it."""
        self.adding.start(self.tr("Reading %s…") % folder.name, partial(work.add, folder))

    def download(self, entry: DatasetEntry) -> None:
        """Download a dataset of the catalogue that is not installed or has damaged files."""
        what = self.tr("Connecting…")
        self.task(entry.key).start(what, partial(work.download, entry.key[0]), long=True)

    def locate(self, entry: DatasetEntry, folder: Path) -> None:
        """Set the folder of a dataset."""
        what = self.tr("Reading %s…") % folder.name
        self.task(entry.key).start(
            what, partial(work.set_dataset_location, entry.user_folder_name or entry.key[0], folder)
        )

    def remove(self, entry: DatasetEntry) -> None:
        """Remove an added folder from the list. The files are kept."""
        self.task(entry.key).start(self.tr("Removing…"), partial(work.remove, entry.user_folder_name))

    def _on_listed(self, statuses: tuple[DatasetStatus, ...]) -> None:
        self._listed = tuple(entry_from_status(status) for status in statuses)
        self.entries_changed.emit()

    def _on_done(self, key: Key, status: DatasetStatus | None) -> None:
        """Update the list after a task; ``status`` is None if the dataset was removed."""
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
