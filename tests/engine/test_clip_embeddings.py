"""Tests of CLIP text embeddings with a small model of random weights."""

import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from safetensors.torch import save_file
from torch.nn.functional import layer_norm

from podd_engine.class_order import clip_embeddings as clip_module
from podd_engine.class_order.clip_embeddings import clip_embeddings, pad_with_end_of_text
from podd_engine.class_order.distances import DistancesError, distances_from_embeddings
from podd_engine.class_order.ordering import resolve_class_order
from podd_engine.config.schema import DistillationConfig

State = dict[str, torch.Tensor]
WORDS = ("cat", "potter's wheel", "Yahoo!", "cat")
END_OF_TEXT = 49407
HEADS = 2


@pytest.fixture(scope="module")
def state() -> State:
    """Weights of a small CLIP model from open_clip with two text layers and two heads."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = open_clip.CLIP(
            embed_dim=16,
            vision_cfg={"layers": 1, "width": 64, "patch_size": 16, "image_size": 32},
            text_cfg={"width": 64 * HEADS, "heads": HEADS, "layers": 2},
            quick_gelu=True,
        )
    return {name: tensor.detach() * 3 for name, tensor in model.state_dict().items()}


@pytest.fixture(scope="module")
def weights(state: State, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    save_file(state, path)
    return path


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty weight cache, so that the tests do not depend on cached weights of this machine."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def reference_embeddings(state: State, words: tuple[str, ...]) -> torch.Tensor:
    """Compute the text tower step by step: embedding, two causal blocks and the final layer norm.

    Returns:
        [words, 77 * width].
    """
    tokens = open_clip.tokenize(list(words))
    for row in tokens:
        row[row.tolist().index(END_OF_TEXT) :] = END_OF_TEXT
    hidden = state["token_embedding.weight"][tokens] + state["positional_embedding"]
    width = hidden.shape[-1]
    causal_mask = torch.ones(77, 77, dtype=torch.bool).triu(1)

    def norm(value: torch.Tensor, name: str) -> torch.Tensor:
        return layer_norm(value, (width,), state[f"{name}.weight"], state[f"{name}.bias"])

    for layer in range(2):
        block = f"transformer.resblocks.{layer}"
        joint = norm(hidden, f"{block}.ln_1") @ state[f"{block}.attn.in_proj_weight"].T
        joint = joint + state[f"{block}.attn.in_proj_bias"]
        heads = []
        for head in range(HEADS):
            query, keys, values = (
                joint[..., part * width + head * 64 : part * width + (head + 1) * 64] for part in range(3)
            )
            scores = (query @ keys.transpose(1, 2) / 8).masked_fill(causal_mask, -torch.inf)
            heads.append(scores.softmax(dim=-1) @ values)
        attended = torch.cat(heads, dim=-1) @ state[f"{block}.attn.out_proj.weight"].T
        hidden = hidden + attended + state[f"{block}.attn.out_proj.bias"]
        wide = (
            norm(hidden, f"{block}.ln_2") @ state[f"{block}.mlp.c_fc.weight"].T
            + state[f"{block}.mlp.c_fc.bias"]
        )
        wide = wide * torch.sigmoid(1.702 * wide)
        hidden = hidden + wide @ state[f"{block}.mlp.c_proj.weight"].T + state[f"{block}.mlp.c_proj.bias"]
    return norm(hidden, "ln_final").flatten(1)


def test_embeddings_match_the_reference_at_all_positions(state: State, weights: Path) -> None:
    embeddings = clip_embeddings(WORDS, weights)
    assert embeddings.shape == (len(WORDS), 77 * 64 * HEADS)
    assert embeddings.dtype == np.float32
    np.testing.assert_allclose(embeddings, reference_embeddings(state, WORDS).numpy(), atol=2e-4)
    distances = distances_from_embeddings(embeddings)
    assert distances[0, 3] == pytest.approx(0, abs=1e-6)
    assert distances[0, 1] > 0.01


def test_words_are_embedded_in_batches(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = clip_embeddings(WORDS, weights)
    monkeypatch.setattr(clip_module, "NAMES_PER_BATCH", 3)
    np.testing.assert_allclose(clip_embeddings(WORDS, weights), whole, atol=2e-4)


def test_padding_is_the_end_of_text_token() -> None:
    padded = pad_with_end_of_text(torch.tensor([[5, 0, 9, 0, 0], [5, 9, 0, 0, 0], [5, 6, 7, 8, 9]]))
    assert padded.tolist() == [[5, 0, 9, 9, 9], [5, 9, 9, 9, 9], [5, 6, 7, 8, 9]]


@pytest.mark.parametrize("prefix", ["", "module."])
def test_other_file_formats_give_equal_embeddings(
    prefix: str, state: State, weights: Path, tmp_path: Path
) -> None:
    text = {prefix + name: tensor for name, tensor in state.items() if not name.startswith("visual.")}
    torch.save({"epoch": 3, "state_dict": text} if prefix else text, tmp_path / "tiny.pt")
    expected = clip_embeddings(WORDS[:1], weights)
    assert (clip_embeddings(WORDS[:1], tmp_path / "tiny.pt") == expected).all()


def test_half_precision_weights_are_used_in_single_precision(
    state: State, weights: Path, tmp_path: Path
) -> None:
    save_file({name: tensor.half() for name, tensor in state.items()}, tmp_path / "half.safetensors")
    halved = clip_embeddings(WORDS[:2], tmp_path / "half.safetensors")
    cosines = 1 - np.diag(distances_from_embeddings([*halved, *clip_embeddings(WORDS[:2], weights)]), 2)
    assert cosines == pytest.approx(1, abs=1e-3)


class MaliciousObject:
    """Object that creates a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_code_in_weight_files_is_never_executed(tmp_path: Path) -> None:
    torch.save({"state_dict": MaliciousObject(tmp_path / "created")}, tmp_path / "zipped.pt")
    (tmp_path / "pickled.pt").write_bytes(pickle.dumps(MaliciousObject(tmp_path / "created")))
    with zipfile.ZipFile(tmp_path / "script.pt", "w") as archive:
        archive.writestr("script/constants.pkl", pickle.dumps(MaliciousObject(tmp_path / "created")))
    for name, message in [
        ("zipped.pt", "weights cannot be read"),
        ("pickled.pt", "not a safetensors or PyTorch file"),
        ("script.pt", "TorchScript programs are not supported"),
    ]:
        with pytest.raises(DistancesError, match=message) as caught:
            clip_embeddings(WORDS, tmp_path / name)
        assert "\n" not in str(caught.value)
    assert not (tmp_path / "created").exists()


def test_damaged_and_unsuitable_files_are_rejected(state: State, weights: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.safetensors").write_bytes(weights.read_bytes()[:5000])
    torch.save(torch.zeros(3), tmp_path / "tensor.pt")
    save_file({"weight": torch.zeros(3)}, tmp_path / "foreign.safetensors")
    partial = {name: tensor for name, tensor in state.items() if name != "ln_final.bias"}
    save_file(partial, tmp_path / "partial.safetensors")
    odd = state | {"ln_final.bias": torch.zeros(5)}
    save_file(odd, tmp_path / "odd.safetensors")
    for name, message in [
        ("cut.safetensors", "weights cannot be read"),
        ("tensor.pt", "the file has no named weights"),
        ("foreign.safetensors", r"has no CLIP text tower .*positional_embedding"),
        ("partial.safetensors", r"has no CLIP text tower .*ln_final.bias"),
        ("odd.safetensors", r"has no CLIP text tower .*size mismatch for ln_final.bias"),
    ]:
        with pytest.raises(DistancesError, match=message) as caught:
            clip_embeddings(WORDS, tmp_path / name)
        assert "\n" not in str(caught.value)


def test_order_uses_the_weights_from_the_config(weights: Path) -> None:
    config = DistillationConfig.parse({"order": {"source": "clip", "file": str(weights)}})
    notices: list[str] = []
    order = resolve_class_order(config, [str(digit) for digit in range(10)], notify=notices.append)
    words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    expected = distances_from_embeddings(clip_embeddings(words, weights))
    assert (order.source, order.note) == ("clip", "")
    assert order.distances is not None
    np.testing.assert_allclose(order.distances, expected, atol=1e-6)
    assert sorted(order.grid.ravel().tolist()) == list(range(10))
    assert notices == ["class order: reading 10 class names with CLIP"]
