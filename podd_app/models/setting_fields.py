"""Titles, units, limits and explanations of all settings.

Titles and units are defined here. Descriptions and effects are the English texts of `podd_engine.config`.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication

from podd_app.qt.plain_text import Html, join_html, rich_text
from podd_app.qt.translation import QT_TRANSLATE_NOOP
from podd_app.style.formatting import format_count, format_real
from podd_engine.config.schema import DistillationConfig
from podd_engine.config.setting_effects import SETTING_EFFECTS, SettingEffects

ControlKind = Literal["whole", "real", "switch", "choice", "kinds", "numbers", "text", "grid", "names"]

# The stub of QT_TRANSLATE_NOOP returns `object`, hence `Any`.
_LABELS: dict[str, Any] = {
    "name": QT_TRANSLATE_NOOP("Fields", "Name"),
    "summary": QT_TRANSLATE_NOOP("Fields", "Description"),
    "seed": QT_TRANSLATE_NOOP("Fields", "Seed"),
    "dataset.name": QT_TRANSLATE_NOOP("Fields", "Dataset"),
    "dataset.path": QT_TRANSLATE_NOOP("Fields", "Folder"),
    "dataset.image_size": QT_TRANSLATE_NOOP("Fields", "Patch size"),
    "dataset.held_out": QT_TRANSLATE_NOOP("Fields", "Held-out test share"),
    "dataset.preprocessing": QT_TRANSLATE_NOOP("Fields", "Preprocessing"),
    "dataset.classes": QT_TRANSLATE_NOOP("Fields", "Class names"),
    "poster.width": QT_TRANSLATE_NOOP("Fields", "Width"),
    "poster.height": QT_TRANSLATE_NOOP("Fields", "Height"),
    "poster.class_columns": QT_TRANSLATE_NOOP("Fields", "Classes across"),
    "poster.class_rows": QT_TRANSLATE_NOOP("Fields", "Classes down"),
    "poster.class_width": QT_TRANSLATE_NOOP("Fields", "Class region width"),
    "poster.class_height": QT_TRANSLATE_NOOP("Fields", "Class region height"),
    "patches.columns": QT_TRANSLATE_NOOP("Fields", "Patches across"),
    "patches.rows": QT_TRANSLATE_NOOP("Fields", "Patches down"),
    "labels.kind": QT_TRANSLATE_NOOP("Fields", "Kind"),
    "labels.rule": QT_TRANSLATE_NOOP("Fields", "Fixed-label rule"),
    "labels.budget": QT_TRANSLATE_NOOP("Fields", "Label budget"),
    "labels.cover_all": QT_TRANSLATE_NOOP("Fields", "Cover every class"),
    "labels.learning_rate": QT_TRANSLATE_NOOP("Fields", "Label learning rate"),
    "order.source": QT_TRANSLATE_NOOP("Fields", "Class order"),
    "order.file": QT_TRANSLATE_NOOP("Fields", "Distances or weights"),
    "order.refine": QT_TRANSLATE_NOOP("Fields", "Refine class order"),
    "order.grid": QT_TRANSLATE_NOOP("Fields", "Manual class order"),
    "network.name": QT_TRANSLATE_NOOP("Fields", "Architecture"),
    "network.width": QT_TRANSLATE_NOOP("Fields", "Width"),
    "network.depth": QT_TRANSLATE_NOOP("Fields", "Depth"),
    "inner.optimizer": QT_TRANSLATE_NOOP("Fields", "Optimizer"),
    "inner.learning_rate": QT_TRANSLATE_NOOP("Fields", "Inner learning rate"),
    "inner.momentum": QT_TRANSLATE_NOOP("Fields", "Momentum"),
    "inner.weight_decay": QT_TRANSLATE_NOOP("Fields", "Weight decay"),
    "inner.patch_batch": QT_TRANSLATE_NOOP("Fields", "Patches per inner step"),
    "outer.steps": QT_TRANSLATE_NOOP("Fields", "Outer steps"),
    "outer.learning_rate": QT_TRANSLATE_NOOP("Fields", "Outer learning rate"),
    "outer.schedule": QT_TRANSLATE_NOOP("Fields", "Learning-rate schedule"),
    "outer.warmup_steps": QT_TRANSLATE_NOOP("Fields", "Learning-rate warm-up"),
    "outer.real_batch": QT_TRANSLATE_NOOP("Fields", "Real batch size"),
    "outer.clip_factor": QT_TRANSLATE_NOOP("Fields", "Gradient clip factor"),
    "outer.clip_decay": QT_TRANSLATE_NOOP("Fields", "Gradient norm decay"),
    "truncation.kind": QT_TRANSLATE_NOOP("Fields", "Window placement"),
    "truncation.window": QT_TRANSLATE_NOOP("Fields", "Window"),
    "truncation.total": QT_TRANSLATE_NOOP("Fields", "Max inner steps"),
    "truncation.minimum": QT_TRANSLATE_NOOP("Fields", "Min warm-up steps"),
    "truncation.redraw": QT_TRANSLATE_NOOP("Fields", "Resample every"),
    "truncation.patience": QT_TRANSLATE_NOOP("Fields", "Patience"),
    "augmentation.patches": QT_TRANSLATE_NOOP("Fields", "Patches"),
    "augmentation.real": QT_TRANSLATE_NOOP("Fields", "Real images"),
    "evaluation.every": QT_TRANSLATE_NOOP("Fields", "Evaluate every"),
    "evaluation.networks": QT_TRANSLATE_NOOP("Fields", "Networks"),
    "evaluation.steps": QT_TRANSLATE_NOOP("Fields", "Training steps"),
    "evaluation.train_images": QT_TRANSLATE_NOOP("Fields", "Max training images"),
    "compute.device": QT_TRANSLATE_NOOP("Fields", "Device"),
    "compute.precision": QT_TRANSLATE_NOOP("Fields", "Precision"),
    "compute.threads": QT_TRANSLATE_NOOP("Fields", "Threads"),
    "compute.strategy": QT_TRANSLATE_NOOP("Fields", "Meta-gradient strategy"),
    "compute.compile": QT_TRANSLATE_NOOP("Fields", "Compile inner step"),
    "compute.kept_memory": QT_TRANSLATE_NOOP("Fields", "Activation cache"),
    "compute.micro_batch": QT_TRANSLATE_NOOP("Fields", "Micro-batch size"),
}
_UNITS: dict[str, Any] = {
    "outer.steps": QT_TRANSLATE_NOOP("Fields", "steps"),
    "outer.warmup_steps": QT_TRANSLATE_NOOP("Fields", "steps"),
    "truncation.window": QT_TRANSLATE_NOOP("Fields", "steps"),
    "truncation.total": QT_TRANSLATE_NOOP("Fields", "steps"),
    "truncation.minimum": QT_TRANSLATE_NOOP("Fields", "steps"),
    "evaluation.every": QT_TRANSLATE_NOOP("Fields", "steps"),
    "evaluation.steps": QT_TRANSLATE_NOOP("Fields", "steps"),
    "outer.clip_factor": QT_TRANSLATE_NOOP("Fields", "× average"),
    "compute.kept_memory": QT_TRANSLATE_NOOP("Fields", "MB"),
}
_ZERO_WORDS: dict[str, Any] = {
    "poster.class_width": QT_TRANSLATE_NOOP("Fields", "automatic"),
    "poster.class_height": QT_TRANSLATE_NOOP("Fields", "automatic"),
    "labels.learning_rate": QT_TRANSLATE_NOOP("Fields", "same as poster"),
    "compute.threads": QT_TRANSLATE_NOOP("Fields", "automatic"),
    "compute.micro_batch": QT_TRANSLATE_NOOP("Fields", "automatic"),
    "compute.kept_memory": QT_TRANSLATE_NOOP("Fields", "automatic"),
}
_SECTION_TITLES: dict[str, Any] = {
    "": QT_TRANSLATE_NOOP("Fields", "General"),
    "dataset": QT_TRANSLATE_NOOP("Fields", "Data"),
    "poster": QT_TRANSLATE_NOOP("Fields", "Poster"),
    "patches": QT_TRANSLATE_NOOP("Fields", "Patches"),
    "labels": QT_TRANSLATE_NOOP("Fields", "Labels"),
    "order": QT_TRANSLATE_NOOP("Fields", "Class order"),
    "network": QT_TRANSLATE_NOOP("Fields", "Network"),
    "inner": QT_TRANSLATE_NOOP("Fields", "Inner training"),
    "outer": QT_TRANSLATE_NOOP("Fields", "Outer training"),
    "truncation": QT_TRANSLATE_NOOP("Fields", "Truncation"),
    "augmentation": QT_TRANSLATE_NOOP("Fields", "Augmentation"),
    "evaluation": QT_TRANSLATE_NOOP("Fields", "Evaluation"),
    "compute": QT_TRANSLATE_NOOP("Fields", "Compute"),
}
_EFFECT_TITLES: tuple[Any, ...] = (
    QT_TRANSLATE_NOOP("Fields", "Result"),
    QT_TRANSLATE_NOOP("Fields", "Time"),
    QT_TRANSLATE_NOOP("Fields", "Memory"),
)
EFFECT_TITLES = SettingEffects(*_EFFECT_TITLES)
"""English titles of the three effects; translate them in the context ``Fields``."""


@dataclass(frozen=True)
class SettingField:
    """Description of one setting.

    Args:
        path: dotted key.
        section: first part of the dotted key; empty at the top level.
        name: English title; `label` is the translated title.
        description: English description from the config schema.
        unit_name: English unit of the value; empty if the value has no unit.
        zero_name: English text shown for the value 0; empty if 0 is shown as a number.
        kind: type of the control that edits the setting.
        choices: allowed values of the kinds ``choice`` and ``kinds``.
        minimum, maximum: limits of a number; None if there is no limit.
        default: default value.
        changes: English descriptions of the effects on the result, on time and on memory.
    """

    path: str
    section: str
    name: str
    description: str
    unit_name: str
    zero_name: str
    kind: ControlKind
    choices: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    default: Any
    changes: SettingEffects

    @property
    def label(self) -> str:
        """Translated title."""
        return _translate(self.name)

    @property
    def unit(self) -> str:
        """Translated unit of the value; empty if the value has no unit."""
        return _translate(self.unit_name)

    @property
    def zero(self) -> str:
        """Translated text for the value 0; empty if 0 is shown as a number."""
        return _translate(self.zero_name)

    @property
    def meaning(self) -> str:
        """Translated description with unit and limits."""
        parts = [f"{_translate(self.description)}."]
        if self.unit:
            parts.append(QCoreApplication.translate("Fields", "Unit: %s.") % self.unit)
        if self.minimum is not None and self.maximum is not None and self.maximum < 1e6:
            limits = self.minimum, self.maximum
            parts.append(QCoreApplication.translate("Fields", "Range: %g to %g.") % limits)
        elif self.minimum is not None:
            parts.append(QCoreApplication.translate("Fields", "Minimum: %g.") % self.minimum)
        return " ".join(parts)

    @property
    def effects(self) -> SettingEffects:
        """Translated effects on the result, on time and on memory."""
        return SettingEffects(*map(_translate, self.changes))

    @property
    def tooltip(self) -> Html:
        """Title, description, effects and dotted key as rich text."""
        effects = [
            rich_text("<b>%s:</b> %s", _translate(title), text)
            for title, text in zip(EFFECT_TITLES, self.effects, strict=True)
        ]
        title, path = rich_text("<b>%s</b>", self.label), rich_text("<code>%s</code>", self.path)
        return join_html("<br>", [title, rich_text("%s", self.meaning), *effects, path])

    def shown(self, value: Any) -> str:
        """Return ``value`` as text, as the control of the setting shows it."""
        if value == 0 and self.zero and not isinstance(value, bool):
            return self.zero
        match self.kind:
            case "whole":
                return f"{format_count(value)} {self.unit}".strip()
            case "real":
                return f"{format_real(value)} {self.unit}".strip()
            case "switch":
                return _switch_text(value)
            case "grid":
                return _grid_text(value)
            case "names":
                return _names_text(value)
            case "kinds" | "numbers":
                return ", ".join(map(str, value)) or QCoreApplication.translate("Fields", "none")
            case _:
                return str(value) or QCoreApplication.translate("Fields", "empty")


def section_title(section: str) -> str:
    """Return the translated title of a section of the config; ``section`` is empty at the top level."""
    return _translate(_SECTION_TITLES[section])


def _switch_text(value: bool) -> str:
    translate = QCoreApplication.translate
    return translate("Fields", "on") if value else translate("Fields", "off")


def _grid_text(value: object) -> str:
    translate = QCoreApplication.translate
    return translate("Fields", "manual") if value else translate("Fields", "computed")


def _names_text(value: object) -> str:
    translate = QCoreApplication.translate
    return translate("Fields", "recorded by a run") if value else translate("Fields", "from the dataset")


def _translate(text: str) -> str:
    """Translate a text of a table above or of `podd_engine.config`."""
    return QCoreApplication.translate("Fields", text) if text else ""


def _setting_field(path: str, section: str, info: FieldInfo) -> SettingField:
    limits: dict[str, float] = {}
    for limit in info.metadata:
        for side in ("ge", "gt", "le", "lt"):
            if getattr(limit, side, None) is not None:
                limits[side] = getattr(limit, side)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    kind, choices = _kind(info.annotation)
    return SettingField(
        path=path,
        section=section,
        name=_LABELS[path],
        description=(info.description or "").rstrip("."),
        unit_name=str(extra.get("unit", "")) or _UNITS.get(path, ""),
        zero_name=_ZERO_WORDS.get(path, ""),
        kind=kind,
        choices=choices,
        minimum=limits.get("ge", limits.get("gt")),
        maximum=limits.get("le", limits.get("lt")),
        default=info.default,
        changes=SETTING_EFFECTS[path],
    )


def _kind(annotation: Any) -> tuple[ControlKind, tuple[str, ...]]:
    if get_origin(annotation) is Literal:
        return "choice", tuple(get_args(annotation))
    if get_origin(annotation) is tuple:
        inner = get_args(annotation)[0]
        if get_origin(inner) is Literal:
            return "kinds", tuple(get_args(inner))
        kinds: dict[Any, ControlKind] = {int: "numbers", str: "names"}
        return kinds.get(inner, "grid"), ()
    simple: dict[Any, ControlKind] = {int: "whole", float: "real", bool: "switch"}
    return simple.get(annotation, "text"), ()


def _all_fields() -> dict[str, SettingField]:
    found: dict[str, SettingField] = {}
    for name, info in DistillationConfig.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            for key, inner in info.annotation.model_fields.items():
                found[f"{name}.{key}"] = _setting_field(f"{name}.{key}", name, inner)
        else:
            found[name] = _setting_field(name, "", info)
    return found


FIELDS: dict[str, SettingField] = _all_fields()
"""All settings by dotted key, in the order of the config."""
