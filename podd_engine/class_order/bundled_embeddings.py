"""Sentence embeddings of class names, shipped with the program.

The script resources/make_bundled_embeddings.py creates the embeddings and names their model.
"""

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from podd_engine.class_order.class_words import normalize_name
from podd_engine.class_order.distances import DistancesUnavailableError
from podd_engine.io.resources import resource_path


def bundled_embeddings(words: Sequence[str]) -> NDArray[np.float16]:
    """Return the bundled embeddings for the words of each class.

    The comparison ignores case, spaces and punctuation.

    Args:
        words: words for each class, see `class_words`.

    Returns:
        float16 [classes, 384], with unit length up to rounding errors.

    Raises:
        DistancesUnavailableError: the bundled list lacks some of the words.
    """
    with safe_open(resource_path("embeddings.safetensors"), framework="numpy") as file:
        known = json.loads(file.metadata()["about"])["words"]
        row = {normalize_name(name): index for index, name in enumerate(known)}
        unknown = [text for text in words if normalize_name(text) not in row]
        if unknown:
            more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
            raise DistancesUnavailableError(
                f"the bundled embeddings do not contain class {unknown[0]!r}{more}"
            )
        vectors: NDArray[np.float16] = file.get_tensor("embeddings")
    return vectors[[row[normalize_name(text)] for text in words]]
