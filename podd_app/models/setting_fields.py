"""Every setting as the window shows it: the config's own descriptions, units, limits and effects."""

from dataclasses import dataclass
from html import escape
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication

from podd_app.style.formatting import format_count
from podd_engine.config.schema import DistillationConfig
from podd_engine.config.setting_effects import SETTING_EFFECTS, SettingEffects

ControlKind = Literal["whole", "real", "switch", "choice", "kinds", "numbers", "text", "grid"]

_LABELS = {
    "name": "Name",
    "summary": "Purpose",
    "dataset.name": "Dataset",
    "dataset.path": "Folder",
    "dataset.image_size": "Patch size",
    "dataset.held_out": "Share held out for testing",
    "poster.class_columns": "Classes across",
    "poster.class_rows": "Classes down",
    "poster.class_width": "Class region width",
    "poster.class_height": "Class region height",
    "patches.columns": "Patches across",
    "patches.rows": "Patches down",
    "labels.rule": "Rule for fixed labels",
    "labels.budget": "Label budget",
    "labels.cover_all": "A cell for every class",
    "labels.learning_rate": "Label step size",
    "order.source": "Class order from",
    "order.file": "Distances or weights",
    "order.refine": "Refine the order",
    "order.grid": "Classes set by hand",
    "network.name": "Architecture",
    "inner.learning_rate": "Inner step size",
    "inner.patch_batch": "Patches per inner step",
    "outer.steps": "Outer steps",
    "outer.learning_rate": "Outer step size",
    "outer.schedule": "Course of the step size",
    "outer.real_batch": "Real images per outer step",
    "outer.clip_factor": "Clip gradient at",
    "outer.clip_decay": "Decay of the clip level",
    "truncation.kind": "Where the window lies",
    "truncation.window": "Window",
    "truncation.total": "Longest inner training",
    "truncation.minimum": "Fewest steps before it",
    "truncation.redraw": "Draw anew each",
    "augmentation.patches": "Of patches",
    "augmentation.real": "Of real images",
    "evaluation.every": "Evaluate every",
    "evaluation.steps": "Training lengths",
    "evaluation.train_images": "Training images measured",
    "compute.strategy": "Meta-gradient",
    "compute.compile": "Compile the inner step",
    "compute.kept_memory": "Preferences for kept steps",
    "compute.micro_batch": "Real images at once",
}
_UNITS = {
    "outer.steps": "steps",
    "outer.warmup_steps": "steps",
    "truncation.window": "steps",
    "truncation.total": "steps",
    "truncation.minimum": "steps",
    "evaluation.every": "steps",
    "evaluation.steps": "steps",
    "outer.clip_factor": "× average",
    "compute.kept_memory": "MB",
}
_ZERO_WORDS = {
    "poster.class_width": "automatic",
    "poster.class_height": "automatic",
    "labels.learning_rate": "as the poster",
    "compute.threads": "automatic",
    "compute.micro_batch": "automatic",
    "compute.kept_memory": "automatic",
}
_SECTION_TITLES = {
    "": "These settings",
    "dataset": "Data",
    "poster": "PosterDataset",
    "patches": "Patches",
    "labels": "Labels",
    "order": "Class order",
    "network": "Network",
    "inner": "Inner training",
    "outer": "Outer training",
    "truncation": "TruncationSchedule",
    "augmentation": "Augmentation",
    "evaluation": "Evaluation",
    "compute": "Computing",
}
EFFECT_TITLES = SettingEffects("Result", "Time", "Memory")


@dataclass(frozen=True)
class SettingField:
    """One setting.

    Args:
        path: dotted key. section: its first part, empty at the top level.
        name: what it is called, in English; `label` is that on the screen.
        description: what it does, in the engine's words. measure: the unit of its value, in English.
        zero_name: where 0 is not an amount, in English.
        kind: which control shows it. choices: for ``choice`` and ``kinds``.
        minimum, maximum: limits of a number, where it has them.
        default: the value when nobody says otherwise.
        changes: what it does to the result, to time and to memory, in the engine's words.
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
        """Its name on the screen."""
        return _translate(self.name)

    @property
    def unit(self) -> str:
        """Of its value; empty: none."""
        return _translate(self.unit_name)

    @property
    def zero(self) -> str:
        """The word for 0, where 0 is not an amount."""
        return _translate(self.zero_name)

    @property
    def meaning(self) -> str:
        """What it is, with unit and limits, in a sentence or two."""
        parts = [f"{_translate(self.description)}."]
        if self.unit:
            parts.append(_translate("In %s.") % self.unit)
        if self.minimum is not None and self.maximum is not None and self.maximum < 1e12:
            parts.append(_translate("From %g to %g.") % (self.minimum, self.maximum))
        elif self.minimum is not None:
            parts.append(_translate("At least %g.") % self.minimum)
        return " ".join(parts)

    @property
    def effects(self) -> SettingEffects:
        """What it does to the result, to time and to memory."""
        return SettingEffects(*map(_translate, self.changes))

    @property
    def tooltip(self) -> str:
        """What it is and what it does, as rich text."""
        effects = "".join(
            f"<br><b>{_translate(title)}:</b> {escape(text)}"
            for title, text in zip(EFFECT_TITLES, self.effects, strict=True)
        )
        return f"<qt><b>{self.label}</b><br>{escape(self.meaning)}{effects}<br><code>{self.path}</code></qt>"

    def shown(self, value: Any) -> str:
        """A value as its control shows it."""
        if value == 0 and self.zero and not isinstance(value, bool):
            return self.zero
        match self.kind:
            case "whole":
                return f"{format_count(value)} {self.unit}".strip()
            case "real":
                return f"{value:g} {self.unit}".strip()
            case "switch":
                return _translate("on") if value else _translate("off")
            case "grid":
                return _translate("by hand") if value else _translate("computed")
            case "kinds" | "numbers":
                return ", ".join(map(str, value)) or _translate("none")
            case _:
                return str(value) or _translate("nothing")


def section_title(section: str) -> str:
    """What a section of the config is called on the screen."""
    return _translate(_SECTION_TITLES[section])


def _translate(text: str) -> str:
    return QCoreApplication.translate("Fields", text) if text else ""


def _setting_field(path: str, section: str, info: FieldInfo) -> SettingField:
    limits: dict[str, float] = {}
    for limit in info.metadata:
        for side in ("ge", "gt", "le", "lt"):
            if getattr(limit, side, None) is not None:
                limits[side] = getattr(limit, side)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    key = path.rpartition(".")[2]
    kind, choices = _kind(info.annotation)
    return SettingField(
        path=path,
        section=section,
        name=_LABELS.get(path, key.replace("_", " ").capitalize()),
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
        return ("numbers" if inner is int else "grid"), ()
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
"""Facts by dotted key, in the order of the config."""
