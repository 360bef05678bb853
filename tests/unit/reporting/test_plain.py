"""The summary for people: ten parts in order, short sentences, every number a row."""

from __future__ import annotations

import re

import pytest

from equipoise.analysis.results import Results
from equipoise.errors import InputError
from equipoise.reporting.documents.paper.formats import document_as
from equipoise.reporting.documents.paper.model import PaperDocument, Sentence
from equipoise.reporting.documents.plain import plain_summary
from equipoise.reporting.documents.readability import (
    HARDEST,
    LONGEST_PLAIN,
    grade_level,
    reading_text,
    sentences_of,
    syllables,
)
from equipoise.reporting.model import Display, Number, plain
from support.looks import netter_results
from support.street import pilot_results

SUMMARIES = {"pilot": pilot_results, "netter": netter_results}


def summary(name: str) -> PaperDocument:
    return plain_summary(SUMMARIES[name]())


def test_the_grade_by_hand() -> None:
    """Eight words in two sentences, ten syllables: 0.39 * 4 + 11.8 * 10 / 8 - 15.59 = 0.72."""
    text = "The people were treated. Some of them left."
    assert [syllables(w) for w in re.findall(r"\w+", text)] == [1, 2, 1, 2, 1, 1, 1, 1]
    assert grade_level(text) == pytest.approx(0.72)
    assert grade_level("") == 0.0
    hard = "Randomized investigational pharmaceutical administration necessitates supervision."
    assert grade_level(hard) > HARDEST


def test_a_decimal_ends_no_sentence() -> None:
    assert sentences_of("A 4.1 mg dose. Then 5.") == ["A 4.1 mg dose.", "Then 5."]


@pytest.mark.parametrize("name", SUMMARIES)
def test_ten_parts_in_the_order_of_the_law(name: str) -> None:
    heads = [chapter.heading for chapter in summary(name).chapters]
    assert [head.split(" ")[0] for head in heads] == [str(i) for i in range(1, 11)]
    assert heads[0] == "1 Clinical trial identification"
    assert heads[3] == "4 Population of subjects"
    assert heads[5] == "6 Description of adverse reactions and their frequency"
    assert heads[9] == "10 Indication where additional information could be found"


@pytest.mark.parametrize("name", SUMMARIES)
def test_it_is_easy_to_read_and_says_how_easy(name: str) -> None:
    made = summary(name)
    text = reading_text(made.chapters)
    assert grade_level(text) <= HARDEST
    assert max(len(one.split()) for one in sentences_of(text)) <= LONGEST_PLAIN
    assert re.search(r"Reading level: grade \d\.\d by Flesch and Kincaid", str(made))


@pytest.mark.parametrize("name", SUMMARIES)
def test_no_number_without_a_row(name: str) -> None:
    """What is left without rows, names and the words "out of 100" has no digit."""
    results, made = SUMMARIES[name](), summary(name)
    assert len(list(made.numbers)) > 30
    for number in made.numbers:
        assert results.keys[number.row] == number.key
    protocol = results.data.protocol
    names = [arm.label for arm in protocol.arms.values()]
    names += [protocol.trial.id, *protocol.trial.registers.values(), protocol.population.condition]
    names += [str(span) for e in protocol.estimands.values() for span in e.at]
    date = results.data.date
    names += [f"{date.day} {date:%B %Y}"] if date else []
    for sentence in bare(made):
        for said in names:
            sentence = sentence.replace(said, "") if said else sentence
        assert not re.search(r"\d", sentence), sentence


def bare(made: PaperDocument) -> list[str]:
    """Sentences and cells without their numbers and "out of 100"."""
    cells = [block.text for block in made.blocks if isinstance(block, Sentence)]
    cells += [c for b in made.blocks if isinstance(b, Display) for c in b.cells]
    texts = ("".join(p for p in cell if not isinstance(p, Number)) for cell in cells)
    return [text.replace("out of 100", "") for text in texts]


def test_frequencies_are_people_out_of_a_hundred() -> None:
    said = [plain(b.text) for b in summary("netter").blocks if isinstance(b, Sentence)]
    (line,) = [one for one in said if one.startswith("With 177Lu-Dotatate") and "some kind" in one]
    found = re.search(r", (\d+) out of 100 people had an unwanted event", line)
    assert found is not None
    share = netter_results().value(
        analysis="safety", statistic="any grade proportion", group="lutate", term=""
    )
    assert share is not None
    assert int(found[1]) == round(100 * share)


def test_simulated_people_are_called_so() -> None:
    assert "No one was treated." in str(summary("netter"))
    assert "simulated" not in str(summary("pilot"))


def test_people_write_what_only_they_know() -> None:
    made = plain_summary(pilot_results(), text={"plain.contact": "Write to the sponsor."})
    keys = [block.key for block in made.unwritten]
    assert "plain.contact" not in keys
    assert "plain.comments" in keys
    assert "Write to the sponsor." in str(made)
    assert "[to be written] whether more trials are planned" in str(made)


def test_a_sentence_that_is_too_long_is_named() -> None:
    long = " ".join(["word"] * 30) + "."
    made = plain_summary(pilot_results(), text={"plain.comments": long})
    assert f"Too long a sentence: {long}" in str(made)


def test_another_language_is_told() -> None:
    with pytest.raises(InputError, match='language: found "de", expected en'):
        plain_summary(pilot_results(), language="de")


def test_without_events_it_says_so() -> None:
    results = pilot_results()
    rows = results.rows.filter(results.rows["analysis"] != "safety")
    made = plain_summary(Results(rows, results.data))
    assert "The data hold no unwanted events." in str(made)


def test_the_same_rows_are_the_same_bytes() -> None:
    for form in ("text", "html", "docx", "json"):
        assert document_as(summary("pilot"), form) == document_as(summary("pilot"), form)
