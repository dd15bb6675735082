"""Inspector section with the gradient map of a patch."""

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
    """Toggle that shows the gradient of the real loss as a heat map on the patch.

    The gradient is computed once for each poster.
    """

    gradient_map_changed = Signal(object)
    """Emitted with the gradient magnitude of the patch, float32 [height, width], or None to hide the map."""

    def __init__(self, service: InspectionService) -> None:
        super().__init__(
            "pull",
            translate("Inspector", "Gradient map"),
            translate("Inspector", "Magnitude of the loss gradient at each pixel of this patch"),
            service,
            service.gradient_map,
        )
        self.toggle = button(
            self.tr("Show on the patch"),
            self.tr(
                "Compute the exact gradient of the loss on real images through the training of a network. "
                "This takes about as long as an outer step on the CPU"
            ),
            "toggle",
        )
        self.toggle.toggled.connect(self._on_toggled)
        self.column.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        self.text_label = self.add_text_label()
        self.column.addWidget(self.update_button)

    def fetch(self, subject: Subject) -> None:
        """Request the gradient of the poster while the toggle is on."""
        if self.toggle.isChecked():
            self.service.fetch_gradient_map(subject.poster)

    def clear_subject(self) -> None:
        """Turn off the toggle, so that no gradient of the next run is computed without a click."""
        super().clear_subject()
        self.toggle.setChecked(False)
        self.gradient_map_changed.emit(None)

    def applies_to(self, key: Hashable | None, subject: Subject) -> bool:
        """Return whether ``key`` is a key of a gradient, which applies to all patches of its poster."""
        return isinstance(key, InspectionKey)

    def update_if_expanded(self) -> None:
        """Update the section, and hide the map while the section is collapsed."""
        super().update_if_expanded()
        if not self.is_expanded:
            self.gradient_map_changed.emit(None)

    def refresh(self, subject: Subject) -> None:
        """Show the part of the gradient that is in the patch."""
        enabled = self.toggle.isChecked()
        poster_map = cast("NDArray[np.float32] | None", self.result_for(subject)) if enabled else None
        patch_map = None if poster_map is None else _patch_part(poster_map, subject)
        self.gradient_map_changed.emit(patch_map)
        if enabled:
            text = ""
            if poster_map is not None and patch_map is not None:
                text = self.tr(
                    "Bright pixels have the largest gradient. "
                    "This patch has %s of the squared gradient of the poster."
                ) % format_percent(_squared_share(patch_map, poster_map))
            self.show_state(subject, self.text_label, text)
        else:
            self.text_label.setText(
                self.tr("Shows how strongly the loss on real images depends on each pixel.")
            )
            self.text_label.setVisible(True)
            self.update_button.setVisible(False)

    def _on_toggled(self, enabled: bool) -> None:
        if not enabled:
            self.request.stop()
        self.update_if_expanded()


def _patch_part(poster_map: NDArray[np.float32], subject: Subject) -> NDArray[np.float32]:
    x0, y0, x1, y1 = subject.view.layout.windows[subject.patch]
    return poster_map[y0:y1, x0:x1]


def _squared_share(part: NDArray[np.float32], whole: NDArray[np.float32]) -> float:
    total = float(np.square(whole).sum())
    return float(np.square(part).sum()) / total if total else 0.0
