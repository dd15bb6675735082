"""Lists, downloads, adds and removes datasets on background threads. No widgets.

The service exists even if the Data page was never shown: Start must know whether the selected
dataset can be read, and the user can drop a folder on any page.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import JobLane
from podd_app.engine.task import BackgroundTask
from podd_app.models.open_target import OpenTarget
from podd_app.models.session import Session
from podd_app.services.dataset_entries import (
    DatasetEntry,
    Key,
    RecognizedDataset,
    catalog_entries,
    entry_from_status,
)
from podd_app.services.selected_dataset import SelectedDataset
from podd_app.workers import datasets as work
from podd_engine.config.dataset_catalogue import CATALOGUE
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
    recognized_changed = Signal()
    """Emitted when `recognized` was replaced."""
    busy_changed = Signal()
    """Emitted when the task of a card started, progressed or ended."""

    def __init__(self, session: Session, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._listed = catalog_entries()
        self._tasks: dict[Key, BackgroundTask] = {}
        self._recognized: RecognizedDataset | None = None
        self._recognized_at = 0
        self.selected = SelectedDataset(session, self._jobs, self)
        self.listing = BackgroundTask(self._jobs, self)
        self.adding = BackgroundTask(self._jobs, self)
        self.listing.succeeded.connect(self._on_listed)
        self.listing.failed.connect(session.report_error)
        self.adding.succeeded.connect(self._on_added)
        self.adding.failed.connect(session.report_error)
        self.selected.status_changed.connect(self.entries_changed)
        session.open_requested.connect(self._on_open_requested)
        session.undo_stack.indexChanged.connect(self._on_edited)

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

    @property
    def recognized(self) -> RecognizedDataset | None:
        """Known dataset that the last added folder contains, until the settings change again."""
        return self._recognized

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
            self._session.edit(self._default_settings(entry), self.tr("Dataset %s") % entry.status.title)

    def _default_settings(self, entry: DatasetEntry) -> dict[str, Any]:
        name, path = entry.key
        values = self._session.draft.values
        return dataset_default_settings(values, name, path, entry.status.classes, self._accelerated)

    def undo_recognized(self) -> None:
        """Restore the dataset and the settings from before the recognized folder was added."""
        if self._recognized is not None:
            self._session.undo()

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

    def _replace_entry(self, entry: DatasetEntry) -> None:
        """Show a new status immediately. Checking all datasets again can take seconds."""
        if all(listed.key != entry.key for listed in self._listed):
            self._listed = (*self._listed, entry)
        else:
            self._listed = tuple(entry if listed.key == entry.key else listed for listed in self._listed)
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
        entry = entry_from_status(status)
        self._replace_entry(entry)
        self.refresh()
        if entry.key == self.selected.key:
            self.selected.retry()
            return
        applies_preset = len(self._default_settings(entry)) > len(entry.key)
        self.choose(entry)
        if entry.key[0] in CATALOGUE and entry.key == self.selected.key:
            preset = self._session.origin_title if applies_preset else ""
            self._set_recognized(RecognizedDataset(status.title, preset))

    def _set_recognized(self, recognized: RecognizedDataset | None) -> None:
        self._recognized, self._recognized_at = recognized, self._session.undo_stack.index()
        self.recognized_changed.emit()

    def _on_edited(self, index: int) -> None:
        if self._recognized is not None and index != self._recognized_at:
            self._set_recognized(None)

    def _on_open_requested(self, opened: OpenTarget) -> None:
        if opened.kind == "images":
            self._session.show_page("data")
            self.add(opened.path)
