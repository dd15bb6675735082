"""Sections of the configuration of a run. Every key has a description and limits. Imports no torch."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from podd_engine.config.setting_errors import not_utf_8_error

Augmentation = Literal["flip", "rotate", "scale", "crop", "color", "cutout"]
TruncationKind = Literal["random", "backward", "forward", "growing"]


class ConfigSection(BaseModel):
    """Base class of all sections. Sections are immutable and reject unknown keys, infinity and NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _require_utf_8(cls, value: Any) -> Any:
        """Reject names from the file system that a settings file cannot contain."""
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and not text.isascii():
                try:
                    text.encode()
                except UnicodeEncodeError:
                    raise not_utf_8_error() from None
        return value


def key(default: Any, text: str, *, unit: str = "", **limits: Any) -> Any:
    """Return a pydantic field for a config key.

    Args:
        default: default value.
        text: description without a final period.
        unit: unit of the value; empty for none.
        **limits: pydantic constraints such as ``ge`` and ``lt``.
    """
    return Field(default=default, description=text, json_schema_extra={"unit": unit}, **limits)


MAX_IMAGE_SIDE_PX, MAX_POSTER_SIDE_PX = 4096, 100_000
MAX_GRID_SIDE, MAX_PATCHES, MAX_LABEL_BUDGET = 10_000, 100_000, 10_000
MAX_NETWORK_WIDTH, MAX_NETWORKS, MAX_THREADS = 65_536, 10_000, 1024
MAX_BATCH, MAX_INNER_STEPS, MAX_OUTER_STEPS = 10_000_000, 10_000_000, 10**12
MAX_CACHE_MB = 10**8
"""Limits above which a value is a typing error. The memory of the machine sets much lower limits."""


EARLIER_PREPROCESSING_VALUES = {"standardise": "standardize"}
"""Values of ``dataset.preprocessing`` in files of earlier versions, and their present spelling."""


class DatasetConfig(ConfigSection):
    """Images to distill."""

    name: str = key(
        "digits", "Dataset name, or 'folder' for a folder that contains one folder of images per class"
    )
    path: str = key(
        "", "Folder of images to use instead of the files of the dataset; empty: use the files of the dataset"
    )
    image_size: int = key(
        8, "Side length of network inputs and of patches", unit="px", ge=4, le=MAX_IMAGE_SIDE_PX
    )
    held_out: float = key(
        0.2, "Share of each class that is used for testing, for folders without test/ or val/", gt=0, lt=1
    )
    preprocessing: Literal["whitening", "standardize"] = key(
        "whitening",
        "Whitening (ZCA) removes correlations between pixels; standardize uses the mean and standard "
        "deviation of each channel",
    )
    classes: tuple[str, ...] = key(
        (), "Class names in the order of the class indices, recorded by a run; empty: those of the dataset"
    )

    @field_validator("preprocessing", mode="before")
    @classmethod
    def _accept_earlier_value(cls, value: object) -> object:
        """Accept the spelling that earlier versions wrote to files."""
        return EARLIER_PREPROCESSING_VALUES.get(value, value) if isinstance(value, str) else value


class PosterConfig(ConfigSection):
    """Size of the poster and grid of classes."""

    width: int = key(32, "Poster width", unit="px", ge=1, le=MAX_POSTER_SIDE_PX)
    height: int = key(20, "Poster height", unit="px", ge=1, le=MAX_POSTER_SIDE_PX)
    class_columns: int = key(
        5,
        "Columns of the class grid; columns x rows must equal the number of classes",
        ge=1,
        le=MAX_GRID_SIDE,
    )
    class_rows: int = key(
        2, "Rows of the class grid; columns x rows must equal the number of classes", ge=1, le=MAX_GRID_SIDE
    )
    class_width: int = key(
        0,
        "Width of a class region; 0: image width, or more if the regions would not cover the poster",
        unit="px",
        ge=0,
        le=MAX_POSTER_SIDE_PX,
    )
    class_height: int = key(
        0,
        "Height of a class region; 0: image height, or more if the regions would not cover the poster",
        unit="px",
        ge=0,
        le=MAX_POSTER_SIDE_PX,
    )


class PatchesConfig(ConfigSection):
    """Overlapping windows of the poster that networks are trained on."""

    columns: int = key(10, "Columns of patches, evenly spaced across the poster", ge=1, le=MAX_GRID_SIDE)
    rows: int = key(5, "Rows of patches, evenly spaced down the poster", ge=1, le=MAX_GRID_SIDE)


class LabelsConfig(ConfigSection):
    """Soft labels of the patches (PoDDL)."""

    kind: Literal["fixed", "learned"] = key(
        "fixed", "Fixed labels follow from the overlap with class regions; learned labels are trained"
    )
    rule: Literal["softmax", "area"] = key(
        "softmax", "Rule for fixed labels: softmax of pixel counts (nearly one-hot), or area fractions"
    )
    budget: float = key(
        1.0, "Size of the learned label array, in class vectors per class", gt=0, le=MAX_LABEL_BUDGET
    )
    cover_all: bool = key(
        False, "Give every class at least one cell of the learned label array, even beyond the label budget"
    )
    learning_rate: float = key(
        0.0, "Learning rate of learned labels; 0: same as the outer learning rate", ge=0
    )


class OrderConfig(ConfigSection):
    """Positions of the classes on the poster (PoCO)."""

    source: Literal["clip", "bundled", "images", "file", "index"] = key(
        "clip",
        "Source of the distances between classes: CLIP text embeddings, bundled sentence embeddings, "
        "class-mean images, or a CSV file; index keeps the order of class indices",
    )
    file: str = key(
        "", "CSV file of distances for the source 'file', or file of CLIP weights for the source 'clip'"
    )
    refine: bool = key(False, "Improve the greedy order by swapping pairs of classes")
    grid: tuple[tuple[int, ...], ...] = key(
        (), "Class index of each cell, row by row; empty: the order is computed"
    )


class NetworkConfig(ConfigSection):
    """Architecture of the networks that are trained on the poster."""

    name: str = key("convnet", "Network architecture")
    width: int = key(128, "Channels of the first block", ge=4, le=MAX_NETWORK_WIDTH)
    depth: int = key(3, "Convolution blocks of a ConvNet; each block halves the image", ge=1, le=6)


class InnerConfig(ConfigSection):
    """Training of networks on patches."""

    optimizer: Literal["adam", "sgd"] = key("adam", "Optimizer of the networks")
    learning_rate: float = key(0.001, "Learning rate of the networks", gt=0)
    momentum: float = key(0.9, "Momentum of SGD; ignored for Adam", ge=0, lt=1)
    weight_decay: float = key(0.0, "L2 penalty on network parameters", ge=0)
    patch_batch: int = key(50, "Patches per inner step, drawn without replacement", ge=1, le=MAX_BATCH)


class OuterConfig(ConfigSection):
    """Training of the poster."""

    steps: int = key(200, "Number of poster updates", ge=1, le=MAX_OUTER_STEPS)
    learning_rate: float = key(
        0.001, "Learning rate of the outer Adam optimizer, which updates the poster", gt=0
    )
    schedule: Literal["constant", "cosine"] = key("constant", "Schedule of the outer learning rate")
    warmup_steps: int = key(
        0, "Outer steps over which the learning rate rises linearly from 0", ge=0, le=MAX_OUTER_STEPS
    )
    real_batch: int = key(
        256,
        "Real images per outer step, on which the loss of the trained network is measured",
        ge=1,
        le=MAX_BATCH,
    )
    clip_factor: float = key(
        2.0, "Clip the gradient norm of the poster at this multiple of its running average", gt=0
    )
    clip_decay: float = key(0.9, "Decay of the running average of gradient norms", ge=0, lt=1)


class TruncationConfig(ConfigSection):
    """Inner steps that are differentiated (RaT-BPTT)."""

    kind: TruncationKind = key("random", "Position of the differentiated window in the inner training")
    window: int = key(10, "Number of differentiated inner steps", ge=1, le=MAX_INNER_STEPS)
    total: int = key(40, "Maximum number of inner steps", ge=1, le=MAX_INNER_STEPS)
    minimum: int = key(
        0, "Minimum number of undifferentiated steps before the window", ge=0, le=MAX_INNER_STEPS
    )
    redraw: Literal["pass", "step"] = key(
        "step",
        "How often 'random' and 'growing' draw a new window: every outer step, or every pass over the real "
        "data (published)",
    )
    patience: int = key(
        200,
        "Evaluations without a lower loss before 'backward' and 'forward' move by one window length",
        ge=1,
        le=MAX_OUTER_STEPS,
    )


class AugmentationConfig(ConfigSection):
    """Differentiable augmentations. Each batch uses one of the selected kinds, drawn at random."""

    patches: tuple[Augmentation, ...] = key(
        ("flip", "rotate"), "Augmentations of poster patches; empty: none"
    )
    real: tuple[Augmentation, ...] = key(("flip", "rotate"), "Augmentations of real images; empty: none")


class EvaluationConfig(ConfigSection):
    """Training of newly initialized networks on the poster, and their test on real images."""

    every: int = key(100, "Outer steps between evaluations", ge=1, le=MAX_OUTER_STEPS)
    networks: int = key(8, "Newly initialized networks per evaluation", ge=1, le=MAX_NETWORKS)
    steps: tuple[int, ...] = key(
        (300, 600, 1000, 2000), "Training lengths, in inner steps, at which networks are measured"
    )
    train_images: int = key(
        5000, "Maximum number of real training images for the training loss", ge=1, le=MAX_OUTER_STEPS
    )


class ComputeConfig(ConfigSection):
    """Device, precision and memory. These settings change results only by rounding."""

    device: Literal["auto", "cpu", "cuda", "mps"] = key(
        "auto", "Device for all computation; auto uses the fastest available device"
    )
    precision: Literal["float64", "float32", "tf32", "bfloat16"] = key(
        "float32",
        "Floating-point precision: float64 is for verification; tf32 is faster on NVIDIA GPUs; bfloat16 "
        "rounds convolutions to 8 bits and is faster on processors that support it",
    )
    threads: int = key(
        0, "CPU threads of torch; 0: a number that suits the size of the steps", ge=0, le=MAX_THREADS
    )
    strategy: Literal["auto", "stored", "replayed"] = key(
        "auto",
        "Computation of the exact meta-gradient: stored keeps the activations of all steps of the window; "
        "replayed keeps only parameters and recomputes activations; auto caches the activations of as "
        "many steps as fit in a quarter of the memory, at most 4 GB",
    )
    compile: Literal["auto", "on", "off"] = key(
        "auto",
        "Compile the inner step before the run; auto compiles if the run is long enough to save time. "
        "Compiling changes results only by rounding",
    )
    kept_memory: int = key(
        0,
        "Activation cache for the last steps of the window. Cached steps are not recomputed in the backward "
        "pass. 0: chosen automatically for the strategy 'auto', otherwise no cache",
        ge=0,
        le=MAX_CACHE_MB,
    )
    micro_batch: int = key(
        0,
        "Real images that are processed at the same time; 0: a number that suits the processor",
        ge=0,
        le=MAX_BATCH,
    )
