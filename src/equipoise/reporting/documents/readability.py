"""How hard a text is to read.

Source  Kincaid, Fishburne, Rogers, Chissom 1975 (grade level); syllables are counted by groups of
        vowels, a silent e at the end of a word not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from equipoise.reporting.documents.paper.model import Chapter, said

HARDEST: Final = 8.0
"""The school grade above which a summary is too hard."""
LONGEST_PLAIN: Final = 20
"""Words of a sentence at most."""
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?=\d)[^.!?]*)*[.!?]")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_VOWELS = re.compile(r"[aeiouy]+")


def sentences_of(text: str) -> list[str]:
    """Sentences, each up to its full stop; the point of a decimal ends none.

    >>> sentences_of("Of all, 4.1 came. They left!")
    ['Of all, 4.1 came.', 'They left!']
    """
    return [found.strip() for found in _SENTENCE.findall(text)]


def syllables(word: str) -> int:
    """Syllables of an English word.

    >>> [syllables(word) for word in ("people", "nausea", "treated", "made", "the", "table")]
    [2, 2, 2, 1, 1, 2]
    """
    small = word.lower().replace("'", "")
    count = len(_VOWELS.findall(small))
    if re.search(r"[^aeioul]e$|[^aeiou]ed$", small) and not re.search(r"[td]ed$", small):
        count -= 1
    return max(count, 1)


def grade_level(text: str) -> float:
    """The Flesch-Kincaid grade: years at school that a reader needs; 0 of a text without words.

    Checked  tests/unit/reporting/test_plain.py (by hand).
    """
    words, sentences = _WORD.findall(text), sentences_of(text)
    if not words or not sentences:
        return 0.0
    long = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(sentences) + 11.8 * long - 15.59


def reading_text(chapters: tuple[Chapter, ...]) -> str:
    """What is read of a summary: its sentences, tables and headings left out."""
    return " ".join(said(block) for chapter in chapters for block in chapter.blocks)


def reading_lines(chapters: tuple[Chapter, ...]) -> Iterator[str]:
    """How hard it is to read, and the sentences that are too long."""
    text = reading_text(chapters)
    grade, sentences = grade_level(text), sentences_of(text)
    longest = max((len(one.split()) for one in sentences), default=0)
    much = "" if grade <= HARDEST else ": too hard"
    yield (
        f"Reading level: grade {grade:.1f} by Flesch and Kincaid, at most {HARDEST:g} wanted"
        f"{much}; longest sentence {longest} words of {LONGEST_PLAIN}"
    )
    long = [one for one in sentences if len(one.split()) > LONGEST_PLAIN]
    yield from (f"Too long a sentence: {one}" for one in long)
