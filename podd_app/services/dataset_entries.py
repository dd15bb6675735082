"""The cards of the Data place as values. No widgets."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from podd_app.style.formatting import THIN_SPACE, format_count
from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET
from podd_engine.data.download import ARCHIVES
from podd_engine.data.registry import DatasetStatus
from podd_engine.io.app_dirs import data_folder

Key = tuple[str, str]
"""``dataset.name`` and ``dataset.path`` of the settings that choose a dataset."""

Availability = Literal["looking", "ready", "absent", "broken"]
"""Nobody has looked yet; usable; to be downloaded or located; there, but not usable."""


@dataclass(frozen=True)
class DatasetEntry:
    """One card.

    Args:
        key: what choosing it sets.
        status: where it is and whether it can be read.
        known: whether anybody has looked yet; False: ``status`` is what the catalogue says.
        user_folder_name: the name it was added under; empty for what is not on the list of added folders.
        trouble: why its images could not be read, though they are there; empty otherwise.
    """

    key: Key
    status: DatasetStatus
    checked: bool = True
    user_folder_name: str = ""
    error: str = ""

    @property
    def state(self) -> Availability:
        """Whether it can be used, and if not, what kind of trouble that is."""
        if not self.checked:
            return "looking"
        if self.status.available:
            return "broken" if self.error else "ready"
        name, path = self.key
        absent = self.status.problem.startswith(f"{self.status.title} is not at ")
        own_place = str(data_folder() / name)
        # What a broken off download left in its own place is no trouble: the next one goes on there.
        # A file that is missing among others is named, and is trouble.
        left_over = self.status.problem.startswith(f"{own_place}: ")
        return "absent" if name in CATALOGUE and not path and (absent or left_over) else "broken"

    @property
    def problem(self) -> str:
        """Why it cannot be used and what to do, a sentence for the window; empty if it can be."""
        if self.state == "absent":
            return _tr("%s is not on this computer: download it, or say where it is.") % self.status.title
        return self.error or self.status.problem

    @property
    def downloadable(self) -> bool:
        """Whether a download would mend what is wrong."""
        name, path = self.key
        return self.state in ("absent", "broken") and name in ARCHIVES and not path

    @property
    def locatable(self) -> bool:
        """Whether the person could say where it is."""
        named = self.key[0] in CATALOGUE and not self.key[1]
        return self.checked and not self.status.available and (named or bool(self.user_folder_name))


def _tr(text: str) -> str:
    return QCoreApplication.translate("DatasetCard", text)


def catalog_entries() -> tuple[DatasetEntry, ...]:
    """The named datasets, before anybody has looked."""
    return tuple(
        DatasetEntry(
            (facts.name, ""),
            DatasetStatus(
                name=facts.name,
                title=facts.title,
                available=False,
                path="",
                classes=facts.classes,
                train_images=facts.train_images,
                test_images=facts.test_images,
                image_size=facts.image_size,
                problem="",
            ),
            checked=False,
        )
        for facts in CATALOGUE.values()
    )


def entry_from_status(status: DatasetStatus) -> DatasetEntry:
    """The card of a dataset as `podd_engine.data.registry.list_datasets` tells it."""
    if status.name in CATALOGUE:
        return DatasetEntry((status.name, ""), status)
    return DatasetEntry((FOLDER_DATASET, status.path), status, user_folder_name=status.name)


def counts_text(status: DatasetStatus) -> str:
    """``50 000 + 10 000 images``: training and test; empty while unknown."""
    if not status.train_images:
        return ""
    return _tr("%s + %s images") % (format_count(status.train_images), format_count(status.test_images))


def shape_text(status: DatasetStatus) -> str:
    """``10 classes · 32 px``; empty while unknown."""
    parts = []
    if status.classes:
        parts.append(
            _tr("1 class") if status.classes == 1 else _tr("%s classes") % format_count(status.classes)
        )
    if status.image_size:
        parts.append(f"{status.image_size}{THIN_SPACE}px")
    return " · ".join(parts)
