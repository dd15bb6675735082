"""Dtypes and torch settings for each value of `compute.precision`."""

import torch

from podd_engine.config.sections import ComputeConfig

STORAGE_DTYPES = {
    "float64": torch.float64,
    "float32": torch.float32,
    "tf32": torch.float32,
    "bfloat16": torch.float32,
}
"""Dtype of images, network parameters, poster, labels and moments."""

AUTOCAST_DTYPES = {"bfloat16": torch.bfloat16}
"""Dtype of convolutions and matrix products, if it differs from the dtype of the parameters."""


def set_precision(config: ComputeConfig) -> None:
    """Allow or forbid TF32 for matrix products on NVIDIA GPUs.

    TF32 has the range of float32 and rounds factors to 10 bits. CPUs do not support it. By the default of
    torch, convolutions use TF32 with the precision ``float32`` too. The precision ``tf32`` adds matrix
    products.
    """
    torch.backends.cuda.matmul.allow_tf32 = config.precision == "tf32"
