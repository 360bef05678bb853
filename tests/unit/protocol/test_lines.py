"""YAML as text with places."""

import time

import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol.language.lines import LARGEST_FILE, parse_lines, spell


def test_scalars_stay_text():
    tree = parse_lines("a: 1:1\nb: NO\nc: 0012\nd: 2030-01-01\ne: 1e3\nf: null\n", file="f")
    assert tree.value == {
        "a": "1:1",
        "b": "NO",
        "c": "0012",
        "d": "2030-01-01",
        "e": "1e3",
        "f": None,
    }


def test_folded_text_has_no_marks_of_its_folds():
    assert parse_lines("a: >-\n  one\n  two\n", file="f").value == {"a": "one two"}


def test_places_count_from_one():
    tree = parse_lines("a:\n  - x\n  - {b: y}\n", file="f")
    assert tree.place(("a", 0)) == (2, 5)
    assert tree.place(("a", 1, "b")) == (3, 9)
    assert tree.keys[("a", 1, "b")] == (3, 6)
    assert tree.place(("a", 1, "gone", "deeper")) == (3, 5)


def test_path_in_words():
    assert spell(("arms", "lutate", "give", 1, "dose")) == "arms.lutate.give[1].dose"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000_000,
        "[" * 200_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "a: &a [*a" + "*a," * 10_000,
    ],
    ids=["large", "brackets", "braces", "dashes", "aliases"],
)
def test_bombs_are_refused_quickly(text):
    before = time.perf_counter()
    with pytest.raises(ProtocolError) as refusal:
        parse_lines(text, file="bomb.yaml")
    assert time.perf_counter() - before < 3
    assert str(refusal.value).startswith("bomb.yaml:1:")


def test_largest_file_is_a_few_times_the_longest_protocol():
    assert 100_000 < LARGEST_FILE < 1_000_000


def test_every_structural_fault_at_once():
    text = "a: &x 1\nb: *x\n<<: *x\nc: !!int 3\na: 3\nd:\n"
    found = {(f.place, f.message) for f in parse_lines(text, file="f").faults}
    assert ((1, 4), "anchor &x is not allowed") in found
    assert ((2, 4), "alias *x is not allowed") in found
    assert ((3, 1), "merge key << is not allowed") in found
    assert ((4, 4), "tag !!int is not allowed") in found
    assert ((5, 1), '"a" stands here already, at 1:1') in found
    assert (6, 1) in {place for place, _ in found}
