"""Settings page: form with all settings, and a panel with the presets and the command import."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.models.preset_store import PresetStore
from podd_app.pages.settings.paste_card import PasteCard
from podd_app.pages.settings.preset_list import PresetList
from podd_app.pages.settings.searchable_form import SearchableForm
from podd_app.services.services import Services
from podd_app.widgets.page import Page
from podd_app.widgets.text import button, label, section
from podd_engine.config.schema import DistillationConfig


class SettingsPage(Page):
    """Page for viewing and changing all settings.

    Args:
        services: services of the window.
    """

    def __init__(self, services: Services) -> None:
        session = services.session
        super().__init__(session)
        self.searchable = SearchableForm(session)
        self.form = self.searchable.form
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.searchable)
        self.panel: QWidget = self._make_panel(services.presets)
        session.draft_changed.connect(self._on_draft_changed)
        self._on_draft_changed()

    def _make_panel(self, presets: PresetStore) -> QWidget:
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(6)
        column.addWidget(section(self.tr("Presets")))
        self.presets = PresetList(self.session, presets)
        column.addWidget(self.presets)
        self._summary = label("", "small", wraps=True)
        column.addWidget(self._summary)
        differences_row = QHBoxLayout()
        self._differences_label = label("", "small", wraps=True)
        self._revert = button(self.tr("Revert all"), self.tr("Reset all settings"), "quiet")
        self._revert.clicked.connect(self.session.revert_all)
        differences_row.addWidget(self._differences_label, 1)
        differences_row.addWidget(self._revert)
        column.addLayout(differences_row)
        column.addSpacing(10)
        column.addWidget(section(self.tr("Published command")))
        self.paste = PasteCard()
        self.paste.parsed.connect(self._on_parsed)
        column.addWidget(self.paste)
        column.addStretch(1)
        return panel

    def _on_parsed(self, config: DistillationConfig) -> None:
        self.session.load_config(config, config.name, self.tr("Import command"))

    def _on_draft_changed(self) -> None:
        session = self.session
        if session.origin.is_for_folder:
            summary = self.tr("Default settings for %s.") % session.dataset.title
        else:
            summary = str(session.draft.values["summary"])
        self._summary.setText(summary)
        self._summary.setVisible(bool(summary))
        count = len(session.differences)
        self._differences_label.setText(self.tr("%n modified setting(s)", "", count) if count else "")
        self._revert.setVisible(count > 0)
