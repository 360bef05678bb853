"""Right-to-left script stays where it is, and what cannot be seen is written."""

import pytest

from equipoise.reporting.writers.html import html_cell
from equipoise.reporting.writers.letters import html_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b", "a &lt; b"),
        ("\u05d0\u05d1", "<bdi>\u05d0\u05d1</bdi>"),
        ("\u0639 (12)", "<bdi>\u0639 (12)</bdi>"),
        ("abc\u202edef", "abc[U+202E]def"),
        ("bell\x07", "bell[U+0007]"),
        ("two\nlines", "two\nlines"),
        ("\u4e2d\u6587 \u00e9", "\u4e2d\u6587 \u00e9"),
    ],
)
def test_letters_of_html(text, expected):
    assert html_text(text) == expected


def test_a_cell_is_isolated():
    assert html_cell(("\u05d0 5", " of 9")) == "<bdi>\u05d0 5</bdi> of 9"
