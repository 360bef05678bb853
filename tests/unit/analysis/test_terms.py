"""Model terms."""

import numpy as np
import pytest

from equipoise.analysis.survival.terms import design, expanded
from equipoise.errors import InputError
from equipoise.frames import frame_of

FRAME = frame_of({"age": [1.0, 2.0, 4.0], "g": ["b", "a", "c"], "n": [1, 2, 2], "z": [0, 1, 2]})


def test_numbers_functions_and_factors():
    found = design(FRAME, ["age", "log2(age)", "g", "factor(n)"])
    assert found.names == ("age", "log2(age)", "gb", "gc", "factor(n)2")
    assert found.x[:, 1].tolist() == [0, 1, 2]
    assert found.x[:, 2].tolist() == [1, 0, 0]
    assert found.terms["g"] == (2, 3)


def test_interactions_follow_main_effects():
    assert expanded(["a*b", "c"]) == [("a",), ("b",), ("c",), ("a", "b")]
    found = design(FRAME, ["g*age"])
    assert found.names == ("gb", "gc", "age", "gb:age", "gc:age")
    assert np.array_equal(found.x[:, 3], found.x[:, 0] * found.x[:, 2])


def test_levels_set_the_reference():
    assert design(FRAME, ["g"], levels={"g": ["c", "a", "b"]}).names == ("ga", "gb")


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("log(z)", "column z, row 1: log of it is not finite"),
        ("nothing", "column nothing: not in the data"),
        ("exp(age)", "exp is not known"),
        ("a(b(c))", "expected a column"),
    ],
)
def test_bad_terms_are_named(term, words):
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        design(FRAME, [term])
