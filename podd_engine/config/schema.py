"""Configuration of a run: one immutable, validated tree of sections, stored as TOML.

Every key has a description. `podd_engine.config.setting_effects` describes the effects of every key on
result, time and memory. The GUI shows both. Imports no torch.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Self

import tomli_w
from pydantic import ValidationError, model_validator

from podd_engine.config.architectures import ARCHITECTURES
from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET
from podd_engine.config.sections import (
    MAX_INNER_STEPS,
    MAX_PATCHES,
    AugmentationConfig,
    ComputeConfig,
    ConfigSection,
    DatasetConfig,
    EvaluationConfig,
    InnerConfig,
    LabelsConfig,
    NetworkConfig,
    OrderConfig,
    OuterConfig,
    PatchesConfig,
    PosterConfig,
    TruncationConfig,
    key,
)
from podd_engine.config.setting_errors import unknown_setting_text, validation_text
from podd_engine.config.setting_text import parse_setting_text
from podd_engine.errors import ConfigError
from podd_engine.io.toml_file import read_toml
from podd_engine.poster.layout import LabelArrayLayout, PosterLayout

SETTINGS_EXPECTED = "a settings file (TOML)"
"""What `podd_engine.io.file_kind.wrong_file_text` names if another file is given instead."""


class DistillationConfig(ConfigSection):
    """Complete configuration of a distillation run.

    `parse`, `load`, `with_values` and `with_overrides` raise `ConfigError` with the TOML path of the
    invalid value.
    """

    name: str = key("untitled", "Name of the settings", min_length=1)
    summary: str = key("", "Purpose of the settings")
    seed: int = key(0, "Seed of all random draws", ge=0, lt=2**63)
    dataset: DatasetConfig = DatasetConfig()
    poster: PosterConfig = PosterConfig()
    patches: PatchesConfig = PatchesConfig()
    labels: LabelsConfig = LabelsConfig()
    order: OrderConfig = OrderConfig()
    network: NetworkConfig = NetworkConfig()
    inner: InnerConfig = InnerConfig()
    outer: OuterConfig = OuterConfig()
    truncation: TruncationConfig = TruncationConfig()
    augmentation: AugmentationConfig = AugmentationConfig()
    evaluation: EvaluationConfig = EvaluationConfig()
    compute: ComputeConfig = ComputeConfig()

    @model_validator(mode="after")
    def _check_consistency(self) -> Self:
        layout = self.layout
        truncation, inner = self.truncation, self.inner
        if self.network.name not in ARCHITECTURES:
            names = ", ".join(ARCHITECTURES)
            raise ConfigError(f"network.name: unknown network {self.network.name!r}; choose from {names}")
        known = CATALOGUE.get(self.dataset.name)
        if known is None and self.dataset.name != FOLDER_DATASET:
            names = ", ".join([*CATALOGUE, FOLDER_DATASET])
            raise ConfigError(f"dataset.name: unknown dataset {self.dataset.name!r}; choose from {names}")
        if self.dataset.name == FOLDER_DATASET and not self.dataset.path:
            raise ConfigError("dataset.path: no folder is set; choose a folder of images")
        if known is not None and layout.classes != known.classes:
            columns, rows = layout.class_grid
            raise ConfigError(
                f"poster.class_columns x poster.class_rows: {columns} x {rows} is {layout.classes} "
                f"cells, but {known.title} has {known.classes} classes; use a grid with {known.classes} cells"
            )
        classes = self.dataset.classes
        if classes and len(classes) != layout.classes:
            raise ConfigError(
                f"dataset.classes: {len(classes)} class names are listed, but the class grid has "
                f"{layout.classes} cells; clear the list, or restore the class grid"
            )
        if len(set(classes)) < len(classes):
            name = next(name for name in classes if classes.count(name) > 1)
            raise ConfigError(f"dataset.classes: the name {name!r} occurs twice; list each class once")
        if truncation.minimum + truncation.window > truncation.total:
            raise ConfigError(
                f"truncation.window: minimum ({truncation.minimum}) plus window ({truncation.window}) "
                f"exceeds truncation.total ({truncation.total}); shorten the window or raise truncation.total"
            )
        if layout.patches > MAX_PATCHES:
            raise ConfigError(
                f"patches.columns x patches.rows: {layout.patches} patches are too many; "
                f"use at most {MAX_PATCHES}"
            )
        if inner.patch_batch > layout.patches:
            raise ConfigError(
                f"inner.patch_batch: {inner.patch_batch} patches per step, but the poster has only "
                f"{layout.patches} patches; use fewer per step, or raise patches.columns or patches.rows"
            )
        if self.order.grid:
            cells = [cell for row in self.order.grid for cell in row]
            shape_fits = len(self.order.grid) == self.poster.class_rows and all(
                len(row) == self.poster.class_columns for row in self.order.grid
            )
            if not shape_fits or sorted(cells) != list(range(layout.classes)):
                raise ConfigError(
                    f"order.grid: the class order needs {self.poster.class_rows} rows of "
                    f"{self.poster.class_columns} class indices; list each class exactly once"
                )
        if self.order.source == "file" and not self.order.file and not self.order.grid:
            raise ConfigError("order.file: no file is set; choose a CSV file of distances")
        lengths = self.evaluation.steps
        if not lengths or min(lengths) < 1 or sorted(set(lengths)) != list(lengths):
            raise ConfigError("evaluation.steps: training lengths must be at least 1 and in increasing order")
        if lengths[-1] > MAX_INNER_STEPS:
            raise ConfigError(
                f"evaluation.steps: {lengths[-1]} steps are too many; use at most {MAX_INNER_STEPS}"
            )
        return self

    @property
    def layout(self) -> PosterLayout:
        """Geometry of the poster."""
        poster, size = self.poster, self.dataset.image_size
        columns, rows = poster.class_columns, poster.class_rows

        def region_side(configured: int, length: int, count: int) -> int:
            return configured or min(length, max(size, -(-length // count)))

        return PosterLayout(
            poster=(poster.width, poster.height),
            patch=(size, size),
            patch_grid=(self.patches.columns, self.patches.rows),
            class_grid=(columns, rows),
            class_area=(
                region_side(poster.class_width, poster.width, columns),
                region_side(poster.class_height, poster.height, rows),
            ),
        )

    @property
    def label_array(self) -> LabelArrayLayout | None:
        """Geometry of the learned label array, or None for fixed labels."""
        if self.labels.kind == "fixed":
            return None
        return self.layout.label_array(self.labels.budget, self.labels.cover_all)

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Return the config with the nested ``values``.

        The table ``preset``, which describes a bundled preset, contains no settings and is ignored.

        Raises:
            ConfigError: a value is unknown or invalid; the message contains its TOML path.
        """
        try:
            return cls.model_validate({name: value for name, value in values.items() if name != "preset"})
        except ValidationError as error:
            raise ConfigError(validation_text(error, setting_types())) from None

    @classmethod
    def load(cls, path: Path, expected: str = SETTINGS_EXPECTED) -> Self:
        """Read a config from a TOML file.

        Args:
            path: the file.
            expected: what the error message names if the file is of another kind.

        Raises:
            ConfigError: the file cannot be read or a value is invalid; the message contains the path.
        """
        values = read_toml(path, expected)
        if values.keys().isdisjoint(cls.model_fields):
            content = "settings of another program" if values else "no settings"
            raise ConfigError(f"{path}: the file contains {content}; choose a settings file of this program")
        try:
            return cls.parse(values)
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}") from None

    def to_toml(self) -> str:
        """Return the config as TOML with all keys. `load` restores an equal config."""
        return tomli_w.dumps(self.model_dump(mode="json"))

    @property
    def flat_values(self) -> dict[str, Any]:
        """All values by dotted key, for example ``{"outer.steps": 10}``. Input for `with_values`."""
        values: dict[str, Any] = {}
        for name, value in self.model_dump().items():
            if isinstance(value, dict):
                values.update({f"{name}.{key}": inner for key, inner in value.items()})
            else:
                values[name] = value
        return values

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """Return a validated copy with some values replaced.

        Args:
            values: new values by dotted key, for example ``{"outer.steps": 10}``.

        Raises:
            ConfigError: a key is unknown, or the values do not fit together.
        """
        tree = self.model_dump()
        for dotted, value in values.items():
            *sections, last = dotted.split(".")
            node: Any = tree
            for section in sections:
                node = node.get(section) if isinstance(node, dict) else None
            if not isinstance(node, dict) or last not in node or isinstance(node[last], dict):
                raise ConfigError(unknown_setting_text(dotted, setting_types()))
            node[last] = value
        return self.parse(tree)

    def with_overrides(self, assignments: Iterable[str]) -> Self:
        """Return a validated copy with ``section.key=value`` assignments applied.

        Args:
            assignments: each value is read as `parse_setting_text` describes.

        Raises:
            ConfigError: an assignment has no ``=``, a key is unknown, a value is ambiguous, or the values do
                not fit together.
        """
        values: dict[str, Any] = {}
        for assignment in assignments:
            written, equals, text = assignment.partition("=")
            dotted = written.strip()
            if not equals or not dotted:
                raise ConfigError(f"{assignment}: invalid setting; write section.key=value")
            if dotted not in setting_types():
                raise ConfigError(unknown_setting_text(dotted, setting_types()))
            values[dotted] = parse_setting_text(dotted, text, setting_types()[dotted])
        return self.with_values(values)


@cache
def setting_types() -> dict[str, Any]:
    """Return the type of each setting by dotted key."""
    types: dict[str, Any] = {}
    for name, info in DistillationConfig.model_fields.items():
        section = info.annotation
        if isinstance(section, type) and issubclass(section, ConfigSection):
            types.update({f"{name}.{key}": inner.annotation for key, inner in section.model_fields.items()})
        else:
            types[name] = section
    return types
