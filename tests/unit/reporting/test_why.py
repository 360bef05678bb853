"""A number's key leads to its row."""

import pytest

from equipoise.analysis.results import PLACE, row_key
from equipoise.errors import InputError
from equipoise.reporting import verification
from equipoise.reporting.why import why
from support.street import pilot_results

HR = {"analysis": "TTDE", "statistic": "hazard ratio", "comparison": "low v placebo"}


def key_of(**where: object) -> str:
    results = pilot_results()
    (row,) = results.select(**where).iter_rows(named=True)
    return row_key(row)


def test_no_two_rows_have_one_key() -> None:
    keys = pilot_results().keys
    assert len(set(keys)) == len(keys)


def test_a_key_is_what_a_row_is_about_and_not_where_it_stands() -> None:
    rows = pilot_results().rows
    again = rows.reverse().select(PLACE).iter_rows(named=True)
    assert [row_key(row) for row in again] == list(pilot_results().keys)[::-1]


def test_the_row_behind_a_hazard_ratio() -> None:
    lines = why(pilot_results(), key_of(**HR))
    assert lines[0] == "4.077027424756517"
    assert "printed     4.08" in lines
    assert "what        hazard ratio, low v placebo" in lines
    assert "events      62 + 29 = 91" in lines
    assert "patients    84 + 86 = 170" in lines
    (call,) = [line for line in lines if line.startswith("in R")]
    assert 'subset(ADTTE, PARAMCD == "TTDE")' in call
    assert call.endswith('coxph(Surv(AVAL, CNSR == 0) ~ TRT01P, data = d, ties = "efron")')


def test_a_number_is_verified_by_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    (said,) = [x for x in why(pilot_results(), key_of(**HR)) if x.startswith("verified")]
    assert said.startswith("verified    4.07702742475")
    assert " by survival, difference " in said
    assert float(said.split()[-1]) < 1e-8
    monkeypatch.setattr(verification, "NEEDED", ("of_nobody",))
    lines = why(pilot_results(), key_of(**HR))
    assert 'verified    no; pip install "equipoise[verify]"' in lines


def test_what_is_no_key_is_told() -> None:
    with pytest.raises(InputError, match='key: found "r-12", expected r- and ten digits'):
        why(pilot_results(), "r-12")
    with pytest.raises(InputError, match='no row has the key "r-0000000000"'):
        why(pilot_results(), "r-0000000000")
