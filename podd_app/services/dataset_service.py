"""All datasets there are, and what is being done about each. No widgets.

It lives as long as the session, whether or not the Data place was ever shown: Start must know if
the chosen dataset can be read, and a folder can be dropped anywhere on the window.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import Jobs
from podd_app.engine.task import Task
from podd_app.models.open_target import Opened
from podd_app.models.session import Session
from podd_app.services.dataset_entries import Entry, Key, entry_of, first_entries
from podd_app.services.selected_dataset import ChosenDataset
from podd_app.workers import datasets as work
from podd_engine.config.dataset_defaults import settings_for
from podd_engine.data.registry import DatasetStatus

_ACCELERATORS = ("cuda", "mps")


def shelf_of(session: Session) -> "DatasetShelf":
    """The one shelf of a session, made when it is first asked for."""
    return session.findChild(DatasetShelf) or DatasetShelf(session)


class DatasetShelf(QObject):
    """The datasets of a session.

    Args:
        session: whose dataset is chosen here.

    Attributes:
        chosen: the dataset the settings name.
        listing: looking at all of them.
        adding: looking through a folder that is to be added.
    """

    entries_changed = Signal()
    """`entries` were replaced."""
    busy_changed = Signal()
    """Something that is being done about a card began, went on or ended."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._jobs = Jobs(self)
        self._listed = first_entries()
        self._tasks: dict[Key, Task] = {}
        self.chosen = ChosenDataset(session, self._jobs, self)
        self.listing = Task(self._jobs, self)
        self.adding = Task(self._jobs, self)
        self.listing.succeeded.connect(self._on_listed)
        self.listing.failed.connect(session.report)
        self.adding.succeeded.connect(self._on_added)
        self.adding.failed.connect(session.report)
        self.chosen.found_changed.connect(self.entries_changed)
        session.open_requested.connect(self._on_open_requested)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """A card for each dataset: named ones, added folders, and what the settings name besides."""
        chosen = self.chosen.entry
        if chosen is None:
            return self._listed
        if all(entry.key != chosen.key for entry in self._listed):
            return (*self._listed, chosen)

        def named(entry: Entry) -> Entry:
            """The chosen one under the name it has on the list."""
            return replace(
                entry, status=replace(chosen.status, title=entry.status.title), trouble=chosen.trouble
            )

        return tuple(named(entry) if entry.key == chosen.key else entry for entry in self._listed)

    def task(self, key: Key) -> Task:
        """What is being done about a card: downloading, locating, removing."""
        if key not in self._tasks:
            made = self._tasks[key] = Task(self._jobs, self)
            made.succeeded.connect(lambda status: self._on_done(key, status))
            made.failed.connect(self._session.report)
            made.changed.connect(self.busy_changed)
        return self._tasks[key]

    def refresh(self) -> None:
        """Look at all datasets again."""
        self.listing.start(self.tr("Looking for datasets"), work.list_all)

    def choose(self, entry: Entry) -> None:
        """Distil this dataset: one undoable step that also brings settings which fit it."""
        if not self.adding.running:
            self.adding.abandon()  # what went wrong with another folder is of no interest any more
        if entry.key != self.chosen.key:
            name, path = entry.key
            values = self._session.draft.values
            changes = settings_for(values, name, path, entry.status.classes, self._accelerated)
            self._session.edit(changes, self.tr("Dataset %s") % entry.status.title)

    @property
    def _accelerated(self) -> bool:
        devices = {device.key for device in self._session.devices}
        return self._session.device.key != "cpu" and not devices.isdisjoint(_ACCELERATORS)

    def add(self, folder: Path) -> None:
        """Put a folder of images on the list, and choose it."""
        self.adding.start(self.tr("Looking through %s") % folder.name, partial(work.add, folder))

    def download(self, entry: Entry) -> None:
        """Fetch a named dataset that is not here, or whose files are damaged."""
        what = self.tr("Asking the server")
        self.task(entry.key).start(what, partial(work.download, entry.key[0]))

    def locate(self, entry: Entry, folder: Path) -> None:
        """Say where a dataset lies."""
        what = self.tr("Looking through %s") % folder.name
        self.task(entry.key).start(what, partial(work.point, entry.added_as or entry.key[0], folder))

    def remove(self, entry: Entry) -> None:
        """Take an added folder off the list; the folder itself stays."""
        self.task(entry.key).start(self.tr("Removing"), partial(work.remove, entry.added_as))

    def close(self) -> None:
        """Cancel everything and wait until no thread is at work."""
        self._jobs.close()

    def _on_listed(self, statuses: tuple[DatasetStatus, ...]) -> None:
        self._listed = tuple(entry_of(status) for status in statuses)
        self.entries_changed.emit()

    def _on_done(self, key: Key, status: DatasetStatus | None) -> None:
        """Something changed on disk; ``status`` is what became of it, None if it was removed."""
        self.refresh()
        if key != self.chosen.key:
            return
        if status is not None and entry_of(status).key != key:
            self.choose(entry_of(status))
        else:
            self.chosen.try_again()

    def _on_added(self, status: DatasetStatus) -> None:
        self.refresh()
        entry = entry_of(status)
        if entry.key == self.chosen.key:
            self.chosen.try_again()
        else:
            self.choose(entry)

    def _on_open_requested(self, opened: Opened) -> None:
        if opened.kind == "images":
            self._session.go_to("data")
            self.add(opened.path)
