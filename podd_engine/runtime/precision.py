"""What each `compute.precision` means for torch."""

import torch

from podd_engine.config.schema import ComputeConfig

STORAGE_DTYPES = {
    "float64": torch.float64,
    "float32": torch.float32,
    "tf32": torch.float32,
    "bfloat16": torch.float32,
}
"""Type of images, parameters, poster and moments."""

AUTOCAST_DTYPES = {"bfloat16": torch.bfloat16}
"""Type of convolutions and matrix products where it is not that of the parameters."""


def set_precision(config: ComputeConfig) -> None:
    """Let float32 convolutions and products use TF32 on NVIDIA GPUs where ``config`` says so.

    TF32 keeps float32's range and rounds its factors to 10 bits; CPUs do not have it. Convolutions
    use it in ``float32`` too, as is torch's own default; ``tf32`` adds matrix products.
    """
    torch.backends.cuda.matmul.allow_tf32 = config.precision == "tf32"
