"""CLIP text embeddings of class names, as in PoDD.

The embedding is the flattened output of the text tower at all 77 positions, after the final layer
norm. Positions after the end of the text contribute to the embedding. They hold the end-of-text
token, as in the published code of PoDD (open_clip pads with zeros).

Source: PoDD (arXiv 2403.12040), section 3.2, and its published code; CLIP (arXiv 2103.00020).
"""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from podd_engine.class_order.distances import DistancesError, error_summary

if TYPE_CHECKING:
    from torch import Tensor

HEAD_WIDTH = 64
"""Width of an attention head in all CLIP text towers by OpenAI."""

NAMES_PER_BATCH = 50


def clip_embeddings(words: Sequence[str], weights: Path) -> NDArray[np.float32]:
    """Embed the words of each class without a prompt template.

    The function derives the size of the text tower from the weights, so it supports all CLIP models
    by OpenAI. PoDD uses ViT-B/32.

    Args:
        words: words for each class.
        weights: safetensors file, or PyTorch file that contains only tensors.

    Returns:
        float32 [classes, positions * width]; [classes, 77 * 512] for ViT-B/32.

    Raises:
        DistancesError: the file cannot be read, or it has no CLIP model in the layout of open_clip.
    """
    import open_clip
    import torch
    from open_clip.transformer import QuickGELU, TextTransformer

    state = _read_weights(weights)
    try:
        positions, width = state["positional_embedding"].shape
        tower = TextTransformer(
            context_length=positions,
            vocab_size=len(state["token_embedding.weight"]),
            width=width,
            heads=max(1, width // HEAD_WIDTH),
            layers=len({key.split(".")[2] for key in state if key.startswith("transformer.resblocks.")}),
            output_dim=None,
            act_layer=QuickGELU,
            output_tokens=True,
        )
        tower.load_state_dict({key: state[key].float() for key in tower.state_dict()})
    except (KeyError, ValueError, RuntimeError, AttributeError) as error:
        raise DistancesError(
            f"{weights}: the file has no CLIP text tower in the layout of open_clip "
            f"({error_summary(error)}); set order.file to a file of ViT-B-32 weights from open_clip"
        ) from error
    tower.eval()
    tokens = pad_with_end_of_text(open_clip.tokenize(list(words), context_length=positions))
    with torch.inference_mode():
        parts = [
            tower(tokens[start : start + NAMES_PER_BATCH])[1].flatten(1)
            for start in range(0, len(words), NAMES_PER_BATCH)
        ]
    embeddings: NDArray[np.float32] = torch.cat(parts).numpy()
    return embeddings


def pad_with_end_of_text(tokens: "Tensor") -> "Tensor":
    """Fill all positions after the end-of-text token with the end-of-text token.

    Args:
        tokens: int64 [texts, positions].

    Returns:
        int64 [texts, positions].
    """
    import torch

    end, position = tokens.max(dim=1, keepdim=True)  # end of text is the last token in the vocabulary
    return torch.where(torch.arange(tokens.shape[1]) > position, end, tokens)


def _read_weights(path: Path) -> "dict[str, Tensor]":
    """Return the tensors of a file by name, without creating objects other than tensors."""
    import torch
    from safetensors.torch import load_file

    if path.suffix != ".safetensors":
        _check_tensors_only(path)
    try:
        content: Any = (
            load_file(path)
            if path.suffix == ".safetensors"
            else torch.load(path, map_location="cpu", weights_only=True)
        )
    except Exception as error:  # for damaged files, the readers raise many kinds of exceptions
        raise DistancesError(
            f"{path}: weights cannot be read ({error_summary(error)}); download or copy the file again"
        ) from error
    if isinstance(content, dict) and isinstance(content.get("state_dict"), dict):
        content = content["state_dict"]
    if not isinstance(content, dict):
        raise DistancesError(
            f"{path}: the file has no named weights; set order.file to a file of CLIP weights"
        )
    return {str(name).removeprefix("module."): value for name, value in content.items()}


def _check_tensors_only(path: Path) -> None:
    """Reject pickles in the old PyTorch format and TorchScript programs.

    Raises:
        DistancesError: the file is not a PyTorch file of tensors.
    """
    if not zipfile.is_zipfile(path):
        raise DistancesError(
            f"{path}: not a safetensors or PyTorch file; set order.file to a file of CLIP weights"
        )
    with zipfile.ZipFile(path) as archive:
        if any(name.endswith("/constants.pkl") for name in archive.namelist()):
            raise DistancesError(
                f"{path}: TorchScript programs are not supported; set order.file to a safetensors file of "
                "CLIP weights"
            )
