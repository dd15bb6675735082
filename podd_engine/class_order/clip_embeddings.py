"""CLIP text embeddings of class names, as PoDD uses them.

The embedding is the text tower's final-layer-normed output at all 77 positions, flattened. What
follows the end of the text is filled with the end-of-text token, as the tokenizer of the published
code does (open_clip fills with zeros), since those positions count too.

Source: PoDD (arXiv 2403.12040), section 3.2, and its published code; CLIP (arXiv 2103.00020).
"""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from podd_engine.class_order.distances import DistancesError

if TYPE_CHECKING:
    from torch import Tensor

HEAD_WIDTH = 64
"""Width of an attention head in every CLIP text tower of OpenAI."""

NAMES_PER_BATCH = 50


def clip_embeddings(words: Sequence[str], weights: Path) -> NDArray[np.float32]:
    """Embed each class's words, nothing around them.

    The tower's size is read off the weights, so any CLIP of OpenAI's will do; PoDD's is ViT-B/32.

    Args:
        words: words for each class.
        weights: safetensors, or a PyTorch file of plain tensors.

    Returns:
        float32 [classes, positions * width]; for ViT-B/32 [classes, 77 * 512].

    Raises:
        DistancesError: the file cannot be read, or is not a CLIP model in the layout of open_clip.
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
            f"{weights}: holds no CLIP text tower in the layout of open_clip ({_one_line(error)}); "
            "name a file of open_clip's weights of ViT-B-32 in order.file"
        ) from error
    tower.eval()
    tokens = pad_with_end_of_text(open_clip.tokenize(list(words), context_length=positions))
    with torch.inference_mode():
        parts = [
            tower(tokens[at : at + NAMES_PER_BATCH])[1].flatten(1)
            for at in range(0, len(words), NAMES_PER_BATCH)
        ]
    embeddings: NDArray[np.float32] = torch.cat(parts).numpy()
    return embeddings


def pad_with_end_of_text(tokens: "Tensor") -> "Tensor":
    """``tokens``, int64 [texts, positions], with the end-of-text token in all places after it, too."""
    import torch

    end, position = tokens.max(dim=1, keepdim=True)  # end of text is the last entry of CLIP's vocabulary
    return torch.where(torch.arange(tokens.shape[1]) > position, end, tokens)


def _read_weights(path: Path) -> "dict[str, Tensor]":
    """The tensors of a file by name; nothing but plain tensors is ever built from it."""
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
    except Exception as error:  # a damaged file makes the readers raise almost anything
        raise DistancesError(
            f"{path}: cannot be read as weights ({_one_line(error)}); fetch or copy the file again"
        ) from error
    if isinstance(content, dict) and isinstance(content.get("state_dict"), dict):
        content = content["state_dict"]
    if not isinstance(content, dict):
        raise DistancesError(f"{path}: holds no named weights; name a file of CLIP weights in order.file")
    return {str(name).removeprefix("module."): value for name, value in content.items()}


def _check_tensors_only(path: Path) -> None:
    """Let only PyTorch's files of tensors pass: no old-style pickles, no TorchScript programs."""
    if not zipfile.is_zipfile(path):
        raise DistancesError(
            f"{path}: is neither a safetensors nor a PyTorch file; name a file of CLIP weights"
        )
    with zipfile.ZipFile(path) as archive:
        if any(name.endswith("/constants.pkl") for name in archive.namelist()):
            raise DistancesError(
                f"{path}: is a TorchScript program, which is not run here; name CLIP's weights as safetensors"
            )


def _one_line(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(error)).strip() or type(error).__name__
