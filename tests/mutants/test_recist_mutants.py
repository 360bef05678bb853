"""A planted rule bug turns cases red."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from equipoise.adam.recist import (
    best,
    irecist,
    lesions,
    nontarget,
    overall,
    series,
    target,
)
from support.mutants import plant


def _cases() -> ModuleType:
    path = Path(__file__).parents[1] / "cases" / "test_recist_cases.py"
    spec = importlib.util.spec_from_file_location("recist_cases", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CASES = _cases()
TARGETS = [c for c in CASES.SCANS if c["file"] == "target.yaml"]


def red(check: Callable[[dict[str, Any]], None], cases: list[dict[str, Any]]) -> list[str]:
    """The names of the cases that fail."""
    failed = []
    for case in cases:
        try:
            check(case)
        except AssertionError:
            failed.append(case["case"])
    return failed


def test_none_is_red_without_a_bug() -> None:
    assert red(CASES.check_scans, TARGETS) == []
    assert red(CASES.check_best, CASES.BESTS) == []


def test_nadir_without_baseline(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(complete_sum: pl.Expr) -> pl.Expr:
        later = pl.when(~pl.col("BASELINE")).then(complete_sum)
        return later.cum_min().forward_fill().shift(1)

    monkeypatch.setattr(target, "running_nadir", wrong)
    failed = red(CASES.check_scans, TARGETS)
    assert "the nadir includes the baseline" in failed
    assert len(failed) >= 5


def test_twenty_percent_without_five_mm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "PROGRESSION_MM", 0)
    failed = red(CASES.check_scans, TARGETS)
    assert "20 to 24 is 20 percent but only 4 mm, not PD" in failed


def test_confirmation_at_27_days(monkeypatch: pytest.MonkeyPatch) -> None:
    right = best.confirmed_responses

    def wrong(series: pl.DataFrame, *, options: best.RecistOptions) -> pl.DataFrame:
        said = {"confirm after": f"{options.confirmation_days - 1} days"}
        early = {**options.model_dump(by_alias=True, exclude_none=True), **said}
        return right(series, options=best.RecistOptions.model_validate(early))

    monkeypatch.setattr(best, "confirmed_responses", wrong)
    failed = red(CASES.check_best, CASES.BESTS)
    assert {"CR at 27 days is not confirmed", "PR at 27 days is not confirmed"} <= set(failed)


@pytest.mark.parametrize(
    ("name", "value", "case"),
    [
        ("RESPONSE_RATIO", (10, 8), "100 to 71 is SD"),
        ("PROGRESSION_RATIO", (4, 5), "nadir 70, then 84 is PD, exactly 20 percent"),
        ("NORMAL_NODE_MM", 11, "a node of exactly 10 mm is still disease"),
    ],
)
def test_a_wrong_constant(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object, case: str
) -> None:
    monkeypatch.setattr(target, name, value)
    assert red(CASES.check_scans, [c for c in TARGETS if c["case"] == case]) == [case]


# What is planted where, and a case that must see it.
SCAN_BUGS: list[tuple[Any, str, str, str]] = [
    (target._cases, "progressed(total, nadir)", 'progressed(total, nadir) & pl.col("WHOLE")',
     "a missing target, but the rest already makes PD"),
    (target._cases, '(~pl.col("WHOLE"), "NE", _MISSING, of),', "",
     "a missing target makes the reading NE"),
    (target._cases, "best * total <= limit * base", "best * total < limit * base",
     "100 to 70 is PR, exactly 30 percent"),
    (target._cases, 'pl.col("WHOLE") & pl.col("GONE")', 'pl.col("GONE")',
     "of two targets one is gone and one not evaluable"),
    (target.running_nadir, ".cum_min()", "",
     "growth slow from scan to scan is measured from the nadir"),
    (target.progressed, "least * nadir", "least * nadir + 1",
     "nadir 70, then 84 is PD, exactly 20 percent"),
    (target._in_part, "left_out.group_by(READING)", "left_out.clear().group_by(READING)",
     "a fragment once seen and then left out leaves the sum incomplete"),
    (lesions.measurements, '.list.eval(pl.element().str.replace(r"\\.\\d+$", ""))', "",
     "a lesion that splits is summed by its fragments"),
    (lesions.measurements, '.str.split("/")', '.str.split("|")',
     "a merged lesion stands for both when counting what is missing"),
    (lesions.measurements, ".then(TOO_SMALL_MM * UNITS_PER_MM)", ".then(0)",
     "too small to measure is not gone"),
    (lesions.readings, 'pl.coalesce("BASEVISIT", clean)',
     'pl.coalesce("BASEVISIT", pl.col("VISITNUM").first().over(SERIES))',
     "no disease at baseline, then a new lesion"),
    (lesions.readings, '.sort(*SERIES, "WHEN", "VISITNUM")\n    clean', '.sort(READING)\n    clean',
     "scans are read in order of date"),
    (nontarget._worse, "~state.str.contains(_DENIED)", "pl.lit(True)",
     "in words, no progression is no PD"),
    (nontarget._worse, "~doubtful", "pl.lit(True)",
     "equivocal progression of a non-target is not PD"),
    (nontarget._judged, "known < asked", "known < 0", "non-target disease only, one not assessed"),
    (nontarget._judged, "absent == asked", "absent > 0", "non-target disease only, some left"),
    (nontarget._states, "NORMAL_NODE_MM * UNITS_PER_MM", "0",
     "a non-target node under 10 mm is gone"),
    (nontarget.new_lesions, "if options.backdate_equivocal", "if False",
     "an equivocal new lesion later certain is PD at its first date"),
    (nontarget.new_lesions, 'later, on=[*SERIES, "LESION"]', "later, on=[*SERIES]",
     "another lesion being certain proves nothing about the doubtful one"),
    (nontarget._followed, "later & known & ~gone", "pl.lit(False)",
     "a new lesion that stays is PD at every reading"),
    (overall.combine, "new | ", "", "a new lesion among targets that cannot be evaluated is PD"),
    (overall.combine, '.when(target == "CR")\n        .then(pl.lit("PR"))', "",
     "CR with non-targets left is PR"),
    (overall.combine, "(target == \"CR\") & quiet", 'target == "CR"',
     "CR with a non-target not assessed is PR"),
    (overall.combine, "\n        .then(other)", '\n        .then(pl.lit("NE"))',
     "non-target disease only, all gone"),
    (overall._explain, "day[options.progression_date]", "day[options.response_date]",
     "scans of one visit on two days, PD is dated by the first"),
    (irecist._grew, "PROGRESSION_MM * UNITS_PER_MM\n    more &=", "0\n    more &=",
     "4 mm more does not"),
    (irecist._grew, "more | another | (scans.named[:, at] > 0)", "more | another",
     "a further new lesion confirms"),
    (irecist._grew, "another |= scans.other[:, at]", "pass",
     "progression in another category confirms"),
    (irecist.immune_responses, "np.where(better, -1,", "np.where(better & False, -1,",
     "a response after unconfirmed progression starts over"),
    (irecist.immune_responses, "(here != _UNKNOWN)", "True",
     "a scan that cannot be evaluated neither confirms nor starts over"),
    (irecist.immune_responses, "& ~(apart < least)", "",
     "a scan in less than 4 weeks does not confirm"),
    (irecist.immune_responses, "done |=", "done &=", "once confirmed, progression stays confirmed"),
    (irecist.taken_back, "np.where(here == _CONFIRMED, False, ahead)", "ahead",
     "progression that was confirmed counts from its first scan"),
    (irecist.taken_back, "(_UNCONFIRMED, _CONFIRMED, _UNKNOWN)", "(_UNCONFIRMED, _CONFIRMED)",
     "a scan that cannot be evaluated takes nothing back"),
    (irecist.by_irecist, '.then(pl.lit("NE"))', '.then("OVRLRESP")',
     "progression that a later scan takes back does not count"),
]  # fmt: skip
BEST_BUGS: list[tuple[Any, str, str, str]] = [
    (best._pairs, "& near", "", "a confirmation that comes too late"),
    (best._pairs, 'pl.col("NES2") - pl.col("NES")', "pl.lit(0)", "two NE between do"),
    (best._pairs, 'pl.col("SDS2") - pl.col("SDS")', "pl.lit(0)",
     "SD between two PR breaks confirmation"),
    (best._pairs, "CROSSED=crossed", "CROSSED=pl.lit(False)", "PR, CR, PR does not confirm"),
    (best.confirmed_responses, 'options.keep_pr or ', "",
     "PR, CR, PR confirms PR where the protocol keeps the series"),
    (best.confirmed_responses, '& (pl.col("PR") == 0)', "", "CR, PR, CR is no confirmed CR"),
    (best.confirmed_responses, '& (pl.col("SD") == 0)', "", "CR, SD, CR is no confirmed CR"),
    (best._stable, "days >= options.minimum_sd_days", "days > options.minimum_sd_days",
     "SD at exactly the minimum"),
    (best._stable, 'take(after_cr, "PD", _TABLE3)', 'take(after_cr, "SD", _TABLE3)',
     "CR, SD is PD if the minimum is not met"),
    (best._stable, "if not options.pr_then_sd_needs_minimum", "if False",
     "PR, SD is SD without a minimum"),
    (best._queries, "as_read=True", "as_read=False",
     "CR, PR is progression where the CR was true"),
    (best.cr_then_pr, '!= "NE"', '!= "XX"', "CR, NE, PR asks a question too"),
    (best.best_response, "fill_null(options.missing)", 'fill_null("NE")',
     "no reading at all"),
    (series.response_series, "<=", "<",
     "a reading on the day of new therapy counts, later ones do not"),
    (series.response_series, "rows = upto_progression(rows)", "pass",
     "a response after progression does not count"),
    (series._reappeared, '!= "NE"', '!= "XX"',
     "CR, NE, PR is progression where the CR was true"),
    (series.countable, 'pl.col("ADT") >= pl.col("STARTDT")', "pl.lit(True)",
     "a reading before the start does not count"),
    (series.one_a_day, 'options.same_day != "last"', "False",
     "two readings on one day, the worst counts"),
    (series.preference, '.when(pl.col("OVRLRESP") == "NE").then(-9)', ".when(False).then(-9)",
     "two readings on one day, an assessed one is better than NE where the best counts"),
]  # fmt: skip


def _named(bugs: list[tuple[Any, str, str, str]]) -> list[str]:
    return [f"{function.__name__}: {case}" for function, _, _, case in bugs]


_IMPORTERS = (target, lesions, nontarget, overall, irecist, best, series, CASES)


def _case(name: str, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [c for c in cases if c["case"] == name]
    assert len(found) == 1, name
    return found


def _planted(monkeypatch: pytest.MonkeyPatch, function: Any, old: str, new: str) -> None:
    name = function.__name__
    also = tuple(m for m in _IMPORTERS if getattr(m, name, None) is function)
    plant(monkeypatch, function, old, new, also=also)


@pytest.mark.parametrize(("function", "old", "new", "case"), SCAN_BUGS, ids=_named(SCAN_BUGS))
def test_a_planted_bug_in_reading_scans(
    monkeypatch: pytest.MonkeyPatch, function: Any, old: str, new: str, case: str
) -> None:
    _planted(monkeypatch, function, old, new)
    assert red(CASES.check_scans, _case(case, CASES.SCANS)) == [case]


@pytest.mark.parametrize(("function", "old", "new", "case"), BEST_BUGS, ids=_named(BEST_BUGS))
def test_a_planted_bug_in_the_best_response(
    monkeypatch: pytest.MonkeyPatch, function: Any, old: str, new: str, case: str
) -> None:
    _planted(monkeypatch, function, old, new)
    assert red(CASES.check_best, _case(case, CASES.BESTS)) == [case]
