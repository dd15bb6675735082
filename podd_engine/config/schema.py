"""Everything a run depends on: one immutable, validated tree that reads from and writes to TOML.

Every key says in its description what it is; what it does to the result, to time and to memory
is told in `podd_engine.config.setting_effects`. The window shows both. Imports no torch.
"""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Self

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from podd_engine.config.architectures import ARCHITECTURES
from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET
from podd_engine.errors import ConfigError
from podd_engine.poster.layout import LabelArrayLayout, PosterLayout

Augmentation = Literal["flip", "rotate", "scale", "crop", "color", "cutout"]
TruncationKind = Literal["random", "backward", "forward", "growing"]


class ConfigSection(BaseModel):
    """Base of all sections: immutable, and no key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def key(default: Any, text: str, *, unit: str = "", **limits: Any) -> Any:
    """A config key: default, what it does, its unit, and its limits."""
    return Field(default=default, description=text, json_schema_extra={"unit": unit}, **limits)


EARLIER_PREPROCESSING_VALUES = {"standardise": "standardize"}
"""Values of ``dataset.preprocessing`` in files of earlier versions, and their present spelling."""


class DatasetConfig(ConfigSection):
    """Which images are distilled."""

    name: str = key("digits", "Dataset: a named one, or 'folder' for any folder of class folders")
    path: str = key("", "Folder of images that stands in for the named dataset; empty: its own files")
    image_size: int = key(8, "Side of the network's input and of a patch", unit="px", ge=4)
    held_out: float = key(
        0.2, "Share of each class kept for testing, for folders without test/ or val/", gt=0, lt=1
    )
    preprocessing: Literal["whitening", "standardize"] = key(
        "whitening",
        "whitening (ZCA) of all pixels; standardize: by each channel's mean and deviation",
    )

    @field_validator("preprocessing", mode="before")
    @classmethod
    def _accept_earlier_value(cls, value: object) -> object:
        """Accept the spelling that earlier versions wrote to files."""
        return EARLIER_PREPROCESSING_VALUES.get(value, value) if isinstance(value, str) else value


class PosterConfig(ConfigSection):
    """The poster and the classes on it."""

    width: int = key(32, "Poster width", unit="px", ge=1)
    height: int = key(20, "Poster height", unit="px", ge=1)
    class_columns: int = key(5, "Classes across; columns x rows is the number of classes", ge=1)
    class_rows: int = key(2, "Classes down", ge=1)
    class_width: int = key(
        0,
        "Width of a class region; 0: an image's width, or as wide as covering the poster takes",
        unit="px",
        ge=0,
    )
    class_height: int = key(0, "Height of a class region; 0: likewise", unit="px", ge=0)


class PatchesConfig(ConfigSection):
    """The overlapping windows networks are trained on."""

    columns: int = key(10, "Patches across, spread evenly from edge to edge", ge=1)
    rows: int = key(5, "Patches down, likewise", ge=1)


class LabelsConfig(ConfigSection):
    """PoDDL: the soft label of each patch."""

    kind: Literal["fixed", "learned"] = key(
        "fixed", "fixed: from overlap with class regions; learned: trained with the poster"
    )
    rule: Literal["softmax", "area"] = key(
        "softmax", "Fixed labels: softmax of pixel counts (nearly one-hot) or share of the area"
    )
    budget: float = key(1.0, "Learned labels: class vectors per class in the label array", gt=0)
    cover_all: bool = key(False, "Learned labels: at least one cell for every class, even over the budget")
    learning_rate: float = key(0.0, "Learned labels: step size of the outer Adam; 0: the poster's", ge=0)


class OrderConfig(ConfigSection):
    """PoCO: where on the poster each class lies."""

    source: Literal["clip", "bundled", "images", "file", "index"] = key(
        "clip",
        "Distances between classes: CLIP text embeddings, bundled sentence embeddings, class-mean "
        "images, a CSV file; or plain index order",
    )
    file: str = key("", "CSV of distances, for source 'file'; or CLIP weights on disk, for 'clip'")
    refine: bool = key(False, "Improve the greedy order by swapping pairs of classes")
    grid: tuple[tuple[int, ...], ...] = key(
        (), "Class index of each cell, row by row; given, nothing is computed"
    )


class NetworkConfig(ConfigSection):
    """The architecture that learns from the poster."""

    name: str = key("convnet", "Architecture; see the list of networks")
    width: int = key(128, "Channels of the first block", ge=4)
    depth: int = key(3, "Convolution blocks (convnets); each halves the image", ge=1, le=6)


class InnerConfig(ConfigSection):
    """Training a network on patches."""

    optimizer: Literal["adam", "sgd"] = key("adam", "Update rule of a network in training")
    learning_rate: float = key(0.001, "Inner step size", gt=0)
    momentum: float = key(0.9, "Momentum of inner SGD", ge=0, lt=1)
    weight_decay: float = key(0.0, "L2 penalty on the network's parameters", ge=0)
    patch_batch: int = key(50, "Patches per inner step, drawn without replacement", ge=1)


class OuterConfig(ConfigSection):
    """Training the poster."""

    steps: int = key(200, "Updates of the poster", ge=1)
    learning_rate: float = key(0.001, "Outer Adam step size", gt=0)
    schedule: Literal["constant", "cosine"] = key("constant", "Course of the outer step size")
    warmup_steps: int = key(0, "Outer steps over which the step size rises from 0", ge=0)
    real_batch: int = key(256, "Real images per outer step, on which the trained network is judged", ge=1)
    clip_factor: float = key(2.0, "Clip the poster's gradient norm at this times its average", gt=0)
    clip_decay: float = key(0.9, "Decay of the average gradient norm", ge=0, lt=1)


class TruncationConfig(ConfigSection):
    """RaT-BPTT: which inner steps are differentiated."""

    kind: TruncationKind = key("random", "Where the differentiated window lies in the inner training")
    window: int = key(10, "Inner steps differentiated", ge=1)
    total: int = key(40, "Longest inner training", ge=1)
    minimum: int = key(0, "Fewest undifferentiated steps before the window", ge=0)
    redraw: Literal["pass", "step"] = key(
        "step",
        "When 'random' and 'growing' draw anew: each pass over the real data (published) or outer step",
    )
    patience: int = key(
        200, "Evaluations without a better loss before 'backward' and 'forward' move by a window", ge=1
    )


class AugmentationConfig(ConfigSection):
    """Differentiable augmentations; each batch takes exactly one of its kinds."""

    patches: tuple[Augmentation, ...] = key(("flip", "rotate"), "Kinds for poster patches; empty: none")
    real: tuple[Augmentation, ...] = key(("flip", "rotate"), "Kinds for real images; empty: none")


class EvaluationConfig(ConfigSection):
    """Training fresh networks on the poster and testing them on real images."""

    every: int = key(100, "Outer steps between evaluations", ge=1)
    networks: int = key(8, "Fresh networks trained per evaluation", ge=1)
    steps: tuple[int, ...] = key((300, 600, 1000, 2000), "Training lengths at which each is measured")
    train_images: int = key(5000, "Real training images on which the loss is measured, at most", ge=1)


class ComputeConfig(ConfigSection):
    """How the arithmetic is done; changes results only by rounding."""

    device: Literal["auto", "cpu", "cuda", "mps"] = key("auto", "Where to compute; auto takes the best")
    precision: Literal["float64", "float32", "tf32", "bfloat16"] = key(
        "float32",
        "Arithmetic: float64 is for checking; tf32 is faster on NVIDIA GPUs; bfloat16 rounds "
        "convolutions to 8 bits, faster where the processor has it, and no longer exact",
    )
    threads: int = key(0, "CPU threads for torch; 0: as many as pay off", ge=0)
    strategy: Literal["auto", "stored", "replayed"] = key(
        "auto",
        "Exact meta-gradient: stored keeps what every step of the window computed; replayed keeps only "
        "parameters and computes the rest again, in memory that hardly grows with the window; auto "
        "keeps as many steps as a quarter of the memory holds, at most 4 GB",
    )
    compile: Literal["auto", "on", "off"] = key(
        "auto",
        "Compile the inner step before the run: some ten seconds that long runs earn back many times; "
        "auto leaves it out where they do not. Changes results only by rounding",
    )
    kept_memory: int = key(
        0,
        "Memory for keeping activations of the window's last steps; each kept step need not be "
        "taken again on the way back. 0: as much as suits the machine where the strategy is auto, else none",
        ge=0,
    )
    micro_batch: int = key(
        0, "Real images at once, to save memory (exact sums); 0: as suits the processor", ge=0
    )


class DistillationConfig(ConfigSection):
    """Everything one distillation run depends on.

    Raises:
        ConfigError: through `parse`, `load` and `with_overrides`; naming the TOML path.
    """

    name: str = key("untitled", "Name of these settings", min_length=1)
    summary: str = key("", "What these settings are for")
    seed: int = key(0, "Every random draw derives from it", ge=0, lt=2**63)
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
            raise ConfigError(f"network.name: there is no {self.network.name!r}; choose from {names}")
        known = CATALOGUE.get(self.dataset.name)
        if known is None and self.dataset.name != FOLDER_DATASET:
            names = ", ".join([*CATALOGUE, FOLDER_DATASET])
            raise ConfigError(f"dataset.name: there is no dataset {self.dataset.name!r}; choose from {names}")
        if self.dataset.name == FOLDER_DATASET and not self.dataset.path:
            raise ConfigError("dataset.path: name the folder of images")
        if known is not None and layout.classes != known.classes:
            columns, rows = layout.class_grid
            raise ConfigError(
                f"poster.class_columns x poster.class_rows: {columns} x {rows} is {layout.classes} "
                f"cells, but {known.title} has {known.classes} classes"
            )
        if truncation.minimum + truncation.window > truncation.total:
            raise ConfigError(
                f"truncation.window: minimum {truncation.minimum} + window {truncation.window} is longer "
                f"than truncation.total {truncation.total}; shorten the window or raise the total"
            )
        if inner.patch_batch > layout.patches:
            raise ConfigError(
                f"inner.patch_batch: {inner.patch_batch} is more than the {layout.patches} patches; "
                "lower it or raise patches.columns or patches.rows"
            )
        if self.order.grid:
            cells = [cell for row in self.order.grid for cell in row]
            shape_fits = len(self.order.grid) == self.poster.class_rows and all(
                len(row) == self.poster.class_columns for row in self.order.grid
            )
            if not shape_fits or sorted(cells) != list(range(layout.classes)):
                raise ConfigError(
                    f"order.grid: give {self.poster.class_rows} rows of {self.poster.class_columns} "
                    "class indices, each class once"
                )
        if self.order.source == "file" and not self.order.file and not self.order.grid:
            raise ConfigError("order.file: name the CSV file of distances")
        lengths = self.evaluation.steps
        if not lengths or min(lengths) < 1 or sorted(set(lengths)) != list(lengths):
            raise ConfigError("evaluation.steps: give rising training lengths of at least 1 step")
        return self

    @property
    def layout(self) -> PosterLayout:
        """Geometry of this config's poster."""
        poster, size = self.poster, self.dataset.image_size
        columns, rows = poster.class_columns, poster.class_rows

        def area(given: int, length: int, count: int) -> int:
            return given or min(length, max(size, -(-length // count)))

        return PosterLayout(
            poster=(poster.width, poster.height),
            patch=(size, size),
            patch_grid=(self.patches.columns, self.patches.rows),
            class_grid=(columns, rows),
            class_area=(
                area(poster.class_width, poster.width, columns),
                area(poster.class_height, poster.height, rows),
            ),
        )

    @property
    def label_array(self) -> LabelArrayLayout | None:
        """Geometry of the learned label array; None where labels are fixed."""
        if self.labels.kind == "fixed":
            return None
        return self.layout.label_array(self.labels.budget, self.labels.cover_all)

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """The config that nested ``values`` describe; `ConfigError` names the TOML path at fault."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ConfigError("; ".join(_error_lines(error))) from None

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a TOML file; `ConfigError` names the file and what is wrong in it."""
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ConfigError(f"{path}: there is no such file") from None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: cannot be read ({error})") from None
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: is not valid TOML ({error})") from None
        try:
            return cls.parse(values)
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}") from None

    def to_toml(self) -> str:
        """This config as TOML, every key included; `load` gives back an equal config."""
        return tomli_w.dumps(self.model_dump(mode="json"))

    @property
    def flat_values(self) -> dict[str, Any]:
        """Every value by its dotted key, ``{"outer.steps": 10}``; `with_values` takes them back."""
        values: dict[str, Any] = {}
        for name, value in self.model_dump().items():
            if isinstance(value, dict):
                values.update({f"{name}.{key}": inner for key, inner in value.items()})
            else:
                values[name] = value
        return values

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """A copy with dotted keys replaced, ``{"outer.steps": 10}``, validated as a whole."""
        tree = self.model_dump()
        for dotted, value in values.items():
            *sections, last = dotted.split(".")
            node: Any = tree
            for section in sections:
                node = node.get(section) if isinstance(node, dict) else None
            if not isinstance(node, dict) or last not in node:
                raise ConfigError(f"{dotted}: there is no such setting")
            node[last] = value
        return self.parse(tree)

    def with_overrides(self, assignments: Iterable[str]) -> Self:
        """A copy with ``section.key=value`` strings applied; values read as TOML, else as text."""
        values: dict[str, Any] = {}
        for assignment in assignments:
            dotted, equals, text = assignment.partition("=")
            if not equals:
                raise ConfigError(f"{assignment}: write it as section.key=value")
            try:
                values[dotted.strip()] = tomllib.loads(f"value = {text}")["value"]
            except tomllib.TOMLDecodeError:
                values[dotted.strip()] = text.strip()
        return self.with_values(values)


def _error_lines(error: ValidationError) -> list[str]:
    """Pydantic's complaints as ``path: what is wrong (got …)``."""
    lines = []
    for item in error.errors():
        cause = item.get("ctx", {}).get("error")
        if isinstance(cause, ConfigError):
            lines.append(str(cause))
            continue
        path = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            lines.append(f"{path}: there is no such setting")
        else:
            message = item["msg"][0].lower() + item["msg"][1:]
            lines.append(f"{path}: {message} (got {item['input']!r})")
    return lines
