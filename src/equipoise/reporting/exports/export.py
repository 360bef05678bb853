"""`export_results`: the results of a look as plain values for JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from equipoise.analysis.results import Results
from equipoise.errors import InputError, did_you_mean, expect
from equipoise.reporting.exports.ars import ars
from equipoise.reporting.exports.ctgov import ctgov_results
from equipoise.reporting.numbers import Numbers

ResultsFormat = Literal["ars", "ctgov-results"]
_MAKERS: Final[dict[str, Callable[[Results, Numbers], dict[str, Any]]]] = {
    "ars": ars,
    "ctgov-results": ctgov_results,
}


def export_results(results: Results, *, to: ResultsFormat) -> dict[str, Any]:
    """The results of a look as CDISC's ARS 1.0, or as ClinicalTrials.gov's resultsSection.

    Texts of numbers are those of the report.
    Raises   InputError for another format.
    """
    expect(results, Results)
    if to not in _MAKERS:
        known = ", ".join(_MAKERS)
        raise InputError(f'to: found "{to}", expected {known}{did_you_mean(to, _MAKERS)}')
    return _MAKERS[to](results, Numbers(results))
