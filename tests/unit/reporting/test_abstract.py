"""The structured abstract: its items, its words, its numbers."""

from __future__ import annotations

import pytest

from equipoise.errors import InputError
from equipoise.reporting.documents.abstract import abstract
from equipoise.reporting.documents.paper.model import Sentence
from support.command import command
from support.looks import netter_results
from support.street import built_pilot, pilot_results


def test_an_abstract_has_at_most_the_words_that_are_allowed() -> None:
    for words in (250, 400):
        for results in (pilot_results(), netter_results()):
            made = abstract(results, words=words)
            assert made.words <= words
            assert f"{made.words} of {words} words" in str(made)


def test_what_is_left_out_is_told() -> None:
    short, long = abstract(pilot_results()), abstract(pilot_results(), words=1000)
    assert "left out" in str(short)
    assert "left out" not in str(long)
    assert "Allocation was by permuted blocks." in str(long)
    assert "Allocation was by permuted blocks." not in str(short)


def test_what_must_stand_is_never_left_out() -> None:
    items = {b.item for b in abstract(netter_results()).blocks if isinstance(b, Sentence)}
    assert {"trial design", "primary outcome", "numbers randomized", "trial registration"} <= items
    assert "fatal adverse events" in items
    with pytest.raises(InputError, match=r"words: found 40, but what no abstract may leave out"):
        abstract(netter_results(), words=40)


def test_every_number_is_a_row() -> None:
    results = netter_results()
    numbers = list(abstract(results, words=400).numbers)
    assert len(numbers) > 40
    assert all(results.keys[n.row] == n.key for n in numbers)


def test_an_interim_p_value_has_its_bound() -> None:
    text = str(abstract(netter_results(), words=1000))
    assert "[nominal: bound" in text
    assert "[nominal: outside the testing order]" in text


def test_the_style_of_a_journal() -> None:
    assert "P <0.001" in str(abstract(pilot_results(), style="nejm"))
    with pytest.raises(InputError, match="style: found"):
        abstract(pilot_results(), style="njem")


def test_peoples_sentences_are_counted_and_stand() -> None:
    text = {"abstract.background": "Little was known.", "abstract.conclusions": "More is known."}
    made = abstract(pilot_results(), text=text)
    assert "Background\nLittle was known." in str(made)
    assert [block.key for block in made.unwritten] == ["abstract.funding"]
    assert made.words <= 250


def test_virtual_patients_say_so() -> None:
    assert "VIRTUAL PATIENTS" in str(abstract(netter_results()))


def test_the_command_takes_peoples_texts_from_beside_the_protocol(tmp_path) -> None:
    import shutil

    folder = tmp_path / "pilot"
    shutil.copytree(built_pilot(), folder)
    (folder / "text.yaml").write_text("abstract.funding: Nobody paid.\n", "utf-8")
    done = command("abstract", folder, "--to", "html", "-o", tmp_path / "a.html")
    assert done.code == 0, done.err
    assert "to be written in text.yaml: abstract.background, abstract.conclusions" in done.out
    assert "Nobody paid." in (tmp_path / "a.html").read_text("utf-8")
    wrong = command("abstract", folder, "--to", "docx")
    assert (wrong.code, wrong.err[:34]) == (1, "--to docx: expected --out FILE too")
    (folder / "text.yaml").write_text("- a\n", "utf-8")
    wrong = command("plain", folder)
    assert wrong.code == 1
    assert "text.yaml: found list, expected keys with texts" in wrong.err
    assert "Traceback" not in wrong.err
