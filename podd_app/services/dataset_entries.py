"""Immutable values of the cards on the Data page. No widgets."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from podd_app.style.formatting import format_count
from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET
from podd_engine.data.download import ARCHIVES
from podd_engine.data.registry import DatasetStatus
from podd_engine.io.app_dirs import data_folder

Key = tuple[str, str]
"""Values of ``dataset.name`` and ``dataset.path`` that select a dataset."""

Availability = Literal["looking", "ready", "absent", "broken"]
"""``looking``: not checked yet. ``ready``: usable. ``absent``: not installed. ``broken``: not usable."""


@dataclass(frozen=True)
class DatasetEntry:
    """One card.

    Args:
        key: settings that select the dataset.
        status: location and readability of the dataset.
        checked: whether the files were checked. If False, ``status`` contains catalogue values only.
        user_folder_name: name of an image folder that the user added; empty for other datasets.
        error: error message if the images cannot be read although the files exist; empty otherwise.
    """

    key: Key
    status: DatasetStatus
    checked: bool = True
    user_folder_name: str = ""
    error: str = ""

    @property
    def state(self) -> Availability:
        """Availability of the dataset."""
        if not self.checked:
            return "looking"
        if self.status.available:
            return "broken" if self.error else "ready"
        name, path = self.key
        # The engine reports a missing dataset with this message.
        not_found = self.status.problem.startswith(f"{self.status.title} is not at ")
        # An interrupted download leaves an incomplete default folder. The next download resumes there,
        # so that this problem is not an error. A message about a single missing file names that file.
        incomplete = self.status.problem.startswith(f"{data_folder() / name}: ")
        return "absent" if name in CATALOGUE and not path and (not_found or incomplete) else "broken"

    @property
    def problem(self) -> str:
        """Why the dataset cannot be used and what to do; empty if it can be used."""
        if self.state == "absent":
            text = QCoreApplication.translate(
                "DatasetCard", "%s is not installed. Download it or choose its folder."
            )
            return text % self.status.title
        return self.error or self.status.problem

    @property
    def downloadable(self) -> bool:
        """Whether a download would make the dataset usable."""
        name, path = self.key
        return self.state in ("absent", "broken") and name in ARCHIVES and not path

    @property
    def locatable(self) -> bool:
        """Whether the user can choose another folder for the dataset."""
        named = self.key[0] in CATALOGUE and not self.key[1]
        return self.checked and not self.status.available and (named or bool(self.user_folder_name))


@dataclass(frozen=True)
class RecognizedDataset:
    """Known dataset that an added folder contains.

    Args:
        title: title of the dataset.
        preset: title of the preset that was applied; empty if only the dataset changed.
    """

    title: str
    preset: str


def catalog_entries() -> tuple[DatasetEntry, ...]:
    """Return unchecked entries for all datasets of the catalogue."""
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
    """Return the entry for a status of `podd_engine.data.registry.list_datasets`."""
    if status.name in CATALOGUE:
        return DatasetEntry((status.name, ""), status)
    return DatasetEntry((FOLDER_DATASET, status.path), status, user_folder_name=status.name)


def counts_text(status: DatasetStatus) -> str:
    """Return the numbers of training and test images: "50,000 + 10,000 images"; empty while unknown."""
    if not status.train_images:
        return ""
    text = QCoreApplication.translate("DatasetCard", "%s + %s images")
    return text % (format_count(status.train_images), format_count(status.test_images))


def shape_text(status: DatasetStatus) -> str:
    """Return the number of classes and the image size: "10 classes · 32 px"; empty while unknown."""
    parts, classes = [], status.classes
    if classes:
        parts.append(QCoreApplication.translate("DatasetCard", "%n class(es)", "", classes))
    if status.image_size:
        parts.append(f"{status.image_size} px")
    return " · ".join(parts)
