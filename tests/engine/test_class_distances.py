"""Tests of class distances: cosine distance, class words, bundled embeddings and class-mean images."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from podd_engine.class_order.bundled_embeddings import bundled_embeddings
from podd_engine.class_order.class_mean_distances import class_mean_distances
from podd_engine.class_order.class_words import class_words, class_words_by_dataset
from podd_engine.class_order.distances import DistancesUnavailableError, distances_from_embeddings
from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.data.cifar_names import CIFAR10_NAMES, CIFAR100_NAMES

GOLDEN = Path(__file__).parents[3] / "shared" / "golden" / "class_names.json"


@given(arrays(np.float64, (5, 3), elements=st.floats(-10, 10)))
@settings(deadline=None, derandomize=True)
def test_distances_are_one_minus_cosine(vectors: np.ndarray) -> None:
    distances = distances_from_embeddings(vectors)
    assert distances.shape == (5, 5)
    assert (distances == distances.T).all()
    assert (np.diag(distances) == 0).all()
    assert ((distances >= 0) & (distances <= 2)).all()
    lengths = np.sqrt((vectors**2).sum(axis=1))
    for i in range(5):
        for j in range(i):
            if lengths[i] > 1e-100 and lengths[j] > 1e-100:
                cosine = vectors[i] / lengths[i] @ (vectors[j] / lengths[j])
                assert distances[i, j] == pytest.approx(1 - cosine, abs=1e-9)


def test_zero_vector_has_distance_1_to_all_others() -> None:
    distances = distances_from_embeddings([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    assert distances.tolist() == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]


# Class words


def test_words_match_the_golden_class_names() -> None:
    if not GOLDEN.is_file():
        pytest.skip(f"the golden values are missing: {GOLDEN}")
    for dataset, names in json.loads(GOLDEN.read_text(encoding="utf-8")).items():
        expected = [name.replace("_", " ") for name in names]
        assert list(class_words_by_dataset()[dataset].values()) == expected


def test_named_datasets_have_words_for_every_class() -> None:
    assert {name: len(table) for name, table in class_words_by_dataset().items()} == {
        name: facts.classes for name, facts in CATALOGUE.items()
    }
    assert tuple(class_words_by_dataset()["cifar10"]) == CIFAR10_NAMES
    assert tuple(class_words_by_dataset()["cifar100"]) == CIFAR100_NAMES


def test_classes_of_a_named_dataset_are_matched_by_name() -> None:
    assert class_words("digits", ["9", "0"]) == ("nine", "zero")
    assert class_words("cifar10", ["ship", "Boat", "DOG", "my_own"]) == ("boat", "boat", "dog", "my own")
    assert class_words("cub200", ["004.Groove_billed_Ani", "blue jay"]) == ("Groove billed Ani", "Blue Jay")


def test_classes_with_unknown_names_are_matched_by_index() -> None:
    identifiers = [f"n{index:08}" for index in range(200)]
    assert class_words("tiny-imagenet", identifiers) == tuple(
        class_words_by_dataset()["tiny-imagenet"].values()
    )
    assert class_words("tiny-imagenet", identifiers[:3]) == tuple(identifiers[:3])


def test_class_words_of_a_folder_are_the_class_names() -> None:
    assert class_words("folder", ["ship", "oak_tree", "7"]) == ("ship", "oak tree", "7")


# Bundled embeddings


@pytest.mark.parametrize("dataset", list(CATALOGUE))
def test_bundled_embeddings_contain_all_words_of_the_named_datasets(dataset: str) -> None:
    vectors = bundled_embeddings(list(class_words_by_dataset()[dataset].values()))
    assert vectors.shape == (CATALOGUE[dataset].classes, 384)
    assert np.linalg.norm(vectors.astype(np.float64), axis=1) == pytest.approx(1, abs=1e-3)


def test_similar_words_are_nearest_neighbors() -> None:
    words = ["automobile", "truck", "ship", "boat", "cat", "dog"]
    distances = distances_from_embeddings(bundled_embeddings(words)) + 9 * np.eye(6)
    assert [words[index] for index in distances.argmin(axis=1)] == [
        "truck",
        "automobile",
        "boat",
        "ship",
        "dog",
        "cat",
    ]


def test_bundled_words_are_found_in_any_spelling() -> None:
    spellings = bundled_embeddings(["Oak tree", "oak_tree", "OAK-TREE", "012.oaktree"])
    assert (spellings == spellings[0]).all()


def test_unknown_words_are_reported() -> None:
    with pytest.raises(DistancesUnavailableError, match=r"do not contain class 'flurb'$"):
        bundled_embeddings(["cat", "flurb"])
    with pytest.raises(DistancesUnavailableError, match="do not contain class 'flurb' and 1 more"):
        bundled_embeddings(["flurb", "cat", "0"])


# Class-mean images


def test_classes_with_similar_images_are_close() -> None:
    draws = np.random.default_rng(0)
    patterns = draws.normal(size=(2, 3, 4, 4))
    common = 5 * draws.normal(size=(3, 4, 4))
    labels = np.repeat([0, 1, 2, 3], 10)
    images = common + patterns[labels // 2] + 0.1 * draws.normal(size=(40, 3, 4, 4))
    distances = class_mean_distances(images.astype(np.float32), labels, "abcd")
    assert distances.dtype == np.float64
    assert max(distances[0, 1], distances[2, 3]) < 0.1
    assert distances[:2, 2:].min() > 1.9


def test_class_mean_distances_match_the_reference() -> None:
    draws = np.random.default_rng(1)
    images, labels = draws.normal(size=(30, 1, 3, 3)), draws.permutation(np.arange(30) % 3)
    means = [sum(images[i] for i in range(30) if labels[i] == k).ravel() / 10 for k in range(3)]
    center = sum(means) / 3
    distances = class_mean_distances(images, labels, "abc")
    for i, j in [(0, 1), (0, 2), (1, 2)]:
        a, b = means[i] - center, means[j] - center
        assert distances[i, j] == pytest.approx(1 - a @ b / np.sqrt((a @ a) * (b @ b)))


def test_class_without_images_is_reported() -> None:
    with pytest.raises(DistancesUnavailableError, match="class 'owl' has no training images"):
        class_mean_distances(np.ones((2, 1, 2, 2)), np.array([0, 0]), ["cat", "owl"])
