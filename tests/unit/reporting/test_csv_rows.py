"""CSV that a spreadsheet does not run."""

import pytest

from equipoise.reporting.writers.csv_rows import csv_of


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+A1", "-A1", "\t=1", " =1", "-2+3+cmd|' /C calc'!A0", "--", "-x"]
)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(text):
    assert csv_of([[text]]).strip('"\n').startswith("'")


@pytest.mark.parametrize(
    "value", ["-1.5", "-8.13 (95% CI -11.40 to -4.86)", "+3", "a=b", "", "new - old", -2.5, None]
)
def test_numbers_and_words_stay_as_they_are(value):
    assert csv_of([[value]]).strip('"\n') == ("" if value is None else str(value))


def test_a_cell_with_a_comma_or_a_quote_is_quoted():
    assert csv_of([["a,b", 'c"d', 1]]) == '"a,b","c""d",1\n'
