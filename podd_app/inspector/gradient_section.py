"""Which pixels of a patch the real loss pulls at."""

from collections.abc import Hashable
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, Qt, Signal

from podd_app.inspector.section import RequestSection
from podd_app.inspector.subject import Subject
from podd_app.services.inspection_service import InspectionKey, InspectionService
from podd_app.style.formatting import format_percent
from podd_app.widgets.text import button

translate = QCoreApplication.translate


class GradientMapSection(RequestSection):
    """A toggle that differentiates the real loss, once for a poster, and shows it on the patch."""

    gradient_map_changed = Signal(object)
    """How strongly each pixel of the patch is pulled, float32 [height, width]; None: nothing to show."""

    def __init__(self, desk: InspectionService) -> None:
        super().__init__(
            "pull",
            translate("Inspector", "Pixels that pull"),
            translate("Inspector", "Which pixels of this patch a step of the run would change most"),
            desk,
            desk.gradient_map,
        )
        self.toggle = button(
            self.tr("Heat map on the patch"),
            self.tr(
                "Differentiate the loss on real images through the training of a network, exactly, and show "
                "how strongly each pixel is pulled; takes about as long as an outer step on this processor"
            ),
            "toggle",
        )
        self.toggle.toggled.connect(self._on_toggled)
        self.column.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        self.words = self.add_text_label()
        self.column.addWidget(self.update_button)

    def fetch(self, subject: Subject) -> None:
        """Differentiate, while the heat map is wanted."""
        if self.toggle.isChecked():
            self.desk.fetch_gradient_map(subject.poster)

    def clear_subject(self) -> None:
        """Another run starts without a heat map: none is computed before somebody asks."""
        super().clear_subject()
        self.toggle.setChecked(False)
        self.gradient_map_changed.emit(None)

    def applies_to(self, key: Hashable | None, subject: Subject) -> bool:
        """A gradient is about every patch of its poster."""
        return isinstance(key, InspectionKey)

    def update_if_expanded(self) -> None:
        """Show the map only while the part is open."""
        super().update_if_expanded()
        if not self.is_expanded:
            self.gradient_map_changed.emit(None)

    def refresh(self, subject: Subject) -> None:
        """Show the patch's share of the gradient."""
        wanted = self.toggle.isChecked()
        pulls = cast("NDArray[np.float32] | None", self.result_for(subject)) if wanted else None
        here = None if pulls is None else _part(pulls, subject)
        self.gradient_map_changed.emit(here)
        if wanted:
            words = self.tr(
                "Bright pixels are pulled most. %s of the squared gradient of the poster lies here."
            )
            said = "" if pulls is None or here is None else words % format_percent(_share(here, pulls))
            self.show_state(subject, self.words, said)
        else:
            self.words.setText(
                self.tr("How strongly the loss on real images pulls at each pixel: one exact gradient.")
            )
            self.words.setVisible(True)
            self.update_button.setVisible(False)

    def _on_toggled(self, wanted: bool) -> None:
        if not wanted:
            self.question.stop()
        self.update_if_expanded()


def _part(pulls: NDArray[np.float32], subject: Subject) -> NDArray[np.float32]:
    x0, y0, x1, y1 = subject.view.layout.windows[subject.patch]
    return pulls[y0:y1, x0:x1]


def _share(part: NDArray[np.float32], whole: NDArray[np.float32]) -> float:
    total = float(np.square(whole).sum())
    return float(np.square(part).sum()) / total if total else 0.0
