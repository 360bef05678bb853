"""The R call that gives the same number, from the datasets as they are written or from counts.

Checked  tests/oracle/survival/test_r_calls.py, tests/oracle/test_r_families.py (run in R, its
         values recorded).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from equipoise.analysis.results import Results
from equipoise.meaning.model_options import MeanOptions, MixedModelOptions
from equipoise.meaning.options import PetoOptions, RedrawOptions
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand
from equipoise.reporting.calls.conditions import NotInRError
from equipoise.reporting.calls.counted import counts_of, strata_counts
from equipoise.reporting.calls.data import (
    compared_in_r,
    counts_data,
    measures_data,
    pair_in_r,
    responses_data,
    times_data,
)
from equipoise.reporting.calls.form import RAsked, RForm
from equipoise.reporting.calls.measures import OF_COUNTS, OF_MEASURES, OF_TOTALS
from equipoise.reporting.calls.places import Places, places_of
from equipoise.reporting.calls.shares import GAP, OF_RESPONSES, OF_SHARES, OF_STRATA
from equipoise.reporting.calls.times import OF_TIMES, PETO_IN_R

_BY_COUNTS: Final = OF_SHARES | OF_STRATA | OF_TOTALS
_BY_SUBJECT: Final = OF_RESPONSES | OF_MEASURES | OF_COUNTS
DRAWN_METHODS: Final = frozenset(
    {"re-randomization log-rank", "multiple imputation", "jump to reference", "copy reference",
     "copy increments"}
)  # fmt: skip
"""Methods whose numbers rest on our own random draws: no call of R gives the same."""


def asked_of(results: Results, row: Mapping[str, Any]) -> RAsked | None:
    """What is asked of R for a row; None where R is not asked."""
    name = str(row["method"])
    if name in _BY_COUNTS:
        return _with_counts(results, row, _BY_COUNTS[name])
    if row["subgroup"] or row["analysis"] not in results.data.protocol.estimands:
        return None
    found = _of_times(results.data.protocol, row)
    return found or _by_subject(results, row)


def call_of(results: Results, row: Mapping[str, Any]) -> str:
    """The call with this analysis' parameter, population, arms, strata, ties, limits and counts.

    Only calls that were run in R, on the datasets as they are written, and gave our number; ""
    where there is none. Functions that R does not have are `functions_of` it.
    """
    asked = asked_of(results, row)
    return "" if asked is None else asked.text


def r_value(results: Results, row: Mapping[str, Any]) -> str:
    """Statements in R that end with the row's value: the call as `x`, what is taken of it."""
    asked = asked_of(results, row)
    if asked is None or not asked.value:
        return ""
    return f"{asked.data}x <- {asked.call}; {asked.value}"


def planned_call(protocol: Protocol, row: Mapping[str, Any]) -> str:
    """The call before there are data: of shares with x and n for the counts, of others on `d`."""
    name = str(row["method"])
    if name in _BY_COUNTS:
        symbols = {s: s for s in ("x", "n", "w", "t", "x1", "n1", "x2", "n2", "t1", "t2")}
        places = places_of(protocol, row, stratified=False) | symbols
        return _filled(_BY_COUNTS[name].call, places | _turned(places))
    timed = _of_times(protocol, row)
    form, stratified = _form_of(name, _BY_SUBJECT)
    if timed is not None or form is None:
        return timed.text if timed else ""
    return _filled(form.call, places_of(protocol, row, stratified=stratified))


def _filled(text: str, places: Places) -> str:
    """A text with its places filled; "" where one has nothing to stand in it."""
    try:
        filled = text.format_map(places)
    except KeyError:
        return ""
    return "" if "None" in filled.split(", ") else filled


def _asked(form: RForm, data: str, places: Places, statistic: str) -> RAsked | None:
    call = _filled(form.call, places)
    value = _filled(form.values.get(statistic, ""), places)
    return RAsked(data, call, value) if call else None


def _form_of(name: str, forms: Mapping[str, RForm]) -> tuple[RForm | None, bool]:
    """The form of a method, and whether it is over strata."""
    if name in forms:
        return forms[name], name == "van Elteren"
    return forms.get(name.removeprefix("stratified ")), name.startswith("stratified ")


def _with_counts(results: Results, row: Mapping[str, Any], form: RForm) -> RAsked | None:
    name = str(row["method"])
    if name in OF_STRATA:
        counts = None if row["subgroup"] else strata_counts(results, row)
    else:
        names = ("x", "t") if name in OF_TOTALS else ("x", "n")
        counts = counts_of(results, row, names=names)
    if counts is None:
        return None
    places: Places = dict(counts)
    if row["analysis"] in results.data.protocol.estimands:
        places |= places_of(results.data.protocol, row, stratified=False)
    return _asked(form, "", places | _turned(places), _statistic(row))


def _turned(places: Places) -> Places:
    """The counts of a test of a margin: of those without the outcome, where fewer are better."""
    if "x1" not in places:
        return {}
    if not places.get("lower"):
        return {"s1": places["x1"], "s2": places["x2"]}
    return {f"s{i}": f"{places[f'n{i}']} - {places[f'x{i}']}" for i in (1, 2)}


def _statistic(row: Mapping[str, Any]) -> str:
    """The statistic; of harms without its kind: "serious p" is a p."""
    name = str(row["statistic"])
    if row["analysis"] in ("safety", "harms"):
        if name.endswith(" p"):
            return "p"
        at = name.find("risk difference")
        return f"{GAP}{name[at + 15 :]}" if at >= 0 else name
    return name


def _of_times(protocol: Protocol, row: Mapping[str, Any]) -> RAsked | None:
    """Of a method of times, where ADTTE has the estimand's parameter."""
    key, name = str(row["analysis"]), str(row["method"])
    form, stratified = _form_of(name, OF_TIMES)
    if form is None or row["subgroup"] or _unanswered(protocol, row):
        return None
    data = times_data(protocol, key, stratified=stratified)
    if not data:
        return None
    estimand = protocol.estimands[key]
    if name.endswith("Peto-Peto") and PetoOptions.of(estimand).peto == "R":
        form = PETO_IN_R
    compared = compared_in_r(protocol, estimand) if name.endswith("RMST") else ""
    pair = "" if compared else pair_in_r(str(row["comparison"]))
    places = places_of(protocol, row, stratified=stratified)
    statistic = str(row.get("statistic", ""))
    statistic = "each" if statistic.startswith("z, FH(") else statistic
    return _asked(form, data + compared + pair, places, statistic)


def _unanswered(protocol: Protocol, row: Mapping[str, Any]) -> bool:
    """Whether a method says of this row what R does not: all arms of a curve, a drawn P value."""
    name, estimand = str(row["method"]), protocol.estimands[str(row["analysis"])]
    drawn = name.endswith("permutation log-rank") and row.get("statistic") == "p"
    if drawn and RedrawOptions.of(estimand).seed is not None:
        return True
    return row.get("group") == "all" and name != "follow-up"


def _by_subject(results: Results, row: Mapping[str, Any]) -> RAsked | None:
    """Of a method of responses, values at visits or counts, on `d` subject by subject."""
    key, name = str(row["analysis"]), str(row["method"])
    form, stratified = _form_of(name, _BY_SUBJECT)
    protocol = results.data.protocol
    estimand = protocol.estimands[key]
    if form is None or not _in_r(name, estimand):
        return None
    plain, pair = name.removeprefix("stratified "), str(row["comparison"])
    try:
        if plain in OF_RESPONSES:
            data = responses_data(results, key, stratified=stratified) + pair_in_r(pair)
            data += "d$ARM <- d$TRT01P; "
        elif plain in OF_MEASURES:
            data = measures_data(results, key, stratified=stratified)
        else:
            data = counts_data(results, key, stratified=stratified) + pair_in_r(pair)
    except NotInRError:
        return None
    places = places_of(protocol, row, stratified=stratified)
    return _asked(form, data, places, _statistic(row))


def _in_r(name: str, estimand: Estimand) -> bool:
    """Whether R is asked of a mixed model with these options: the unstructured one, by REML."""
    if name not in ("MMRM", "cLDA"):
        return MeanOptions.of(estimand).means == "equal"
    mixed = MixedModelOptions.of(estimand)
    usual = (mixed.covariance, mixed.errors, mixed.likelihood, mixed.means)
    return (
        usual == ("us", "model", "reml", "equal")
        and mixed.df in ("kenward-roger-linear", "satterthwaite")
        and not mixed.covariance_by_arm
    )
