"""Class names from two sources are matched by name."""

import unicodedata

import pytest

from podd_engine.data.class_matching import match_classes, positions_of_classes
from podd_engine.errors import DataError

COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "éléphant") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(
    ("wanted", "found", "positions"),
    [
        (["cat", "dog", "owl"], ["owl", "cat", "dog"], (1, 2, 0)),
        (["1", "2", "10"], ["1", "10", "2"], (0, 2, 1)),
        (["cat", COMPOSED], [DECOMPOSED, "cat"], (1, 0)),
        ([COMPOSED, DECOMPOSED], [DECOMPOSED, COMPOSED], (1, 0)),
        (["Cat", "DOG"], ["dog", "cat"], (1, 0)),
        (["STRASSE", "weg"], ["Weg", "straße"], (1, 0)),
        (["Cat", "cat"], ["cat", "Cat"], (1, 0)),
        (["oak_tree", "pine-tree"], ["Pine Tree", "Oak-Tree"], (1, 0)),
        (["C", "C++", "C#"], ["C#", "C", "C++"], (1, 2, 0)),
        (["0.5", "1.5", "-1", "1"], ["-1", "0.5", "1", "1.5"], (1, 3, 0, 2)),
        (["v1.0", "v10", "a_b", "ab"], ["ab", "a_b", "v10", "v1.0"], (3, 2, 1, 0)),
    ],
)
def test_names_match_one_to_one(wanted, found, positions):
    match = match_classes(wanted, found)
    assert match.positions == positions
    assert match.complete


@pytest.mark.parametrize(
    ("wanted", "found", "missing", "additional"),
    [
        (["crow", "swan"], ["swan", "zebra-crow"], ("crow",), ("zebra-crow",)),
        (["a", "b"], ["a"], ("b",), ()),
        (["a"], ["a", "b"], (), ("b",)),
        (["1", "2"], ["-1", "2"], ("1",), ("-1",)),
        (["C", "D"], ["C++", "D"], ("C",), ("C++",)),
        (["1", "2"], ["01", "02"], ("1", "2"), ("01", "02")),
        # Two names of one source differ only in case. Neither matches a name of the other source.
        (["Cat", "owl"], ["CAT", "cat", "owl"], ("Cat",), ("CAT", "cat")),
    ],
)
def test_different_names_do_not_match(wanted, found, missing, additional):
    match = match_classes(wanted, found)
    assert (match.missing, match.additional) == (missing, additional)


def test_differences_show_two_examples_of_each_kind():
    with pytest.raises(DataError) as caught:
        positions_of_classes(["a", "b", "c", "d"], ["d", "e"], "birds", "the poster")
    assert str(caught.value) == (
        "birds: the classes differ from those of the poster (missing: 'a', 'b' and 1 more; "
        "additional: 'e'); rename the classes, or choose the dataset with the original classes"
    )
