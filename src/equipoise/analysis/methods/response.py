"""Methods for proportions, as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.analysis.methods.rows import Found, Limited, Values, in_words, limited, tried
from equipoise.analysis.response import difference as differences
from equipoise.analysis.response import odds, rates
from equipoise.analysis.response.corrected import (
    corrected_difference,
    corrected_newcombe,
    corrected_wald,
    corrected_wilson,
)
from equipoise.analysis.response.difference import DifferenceTest
from equipoise.analysis.response.odds import ExactOddsRatio
from equipoise.analysis.response.strata import breslow_day, cochran_mantel_haenszel
from equipoise.analysis.response.stratified import (
    mantel_haenszel_test,
    stratified_newcombe,
    stratified_wilson,
)
from equipoise.analysis.response.tables import UnconditionalTest, barnard, boschloo, fisher
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.arrays import Ints
from equipoise.errors import InputError
from equipoise.kernels.trials.proportions import fisher as one_sided_z
from equipoise.meaning.hypotheses import asked_by


class ResponderTable(NamedTuple):
    """Responders and subjects, experimental arm first; (K,) each where there are strata."""

    x1: Ints
    n1: Ints
    x2: Ints
    n2: Ints

    @property
    def whole(self) -> tuple[int, int, int, int]:
        """The counts of all strata together."""
        return int(self.x1.sum()), int(self.n1.sum()), int(self.x2.sum()), int(self.n2.sum())


def responders(sample: Sample) -> npt.NDArray[np.bool_]:
    """Who responded. Raises UnanswerableError if the endpoint is no proportion."""
    if sample.responder is None:
        raise UnanswerableError(f'estimand "{sample.key}": the method needs a proportion')
    return sample.responder


def tallies(sample: Sample) -> dict[str, tuple[int, int]]:
    """Arm -> (responders, subjects)."""
    responded = responders(sample)
    return {
        group: (int(responded[sample.arm == code].sum()), int((sample.arm == code).sum()))
        for code, group in enumerate(sample.groups)
    }


def counts(sample: Sample) -> Iterator[Row]:
    """Subjects and responders by arm."""
    for group, (x, n) in tallies(sample).items():
        yield sample.row("count", "n", n, group=group)
        yield sample.row("count", "responders", x, group=group)


def rate(sample: Sample, *, name: str, limits: Callable[..., Limited]) -> Iterator[Row]:
    """The rate of each arm with limits."""
    for group, (x, n) in tallies(sample).items():

        def compute(x: int = x, n: int = n) -> Found:
            return Found(limited("rate", limits(x, n)))

        yield from tried(sample, name, "rate", compute, group=group, n=n)


def rate_over_strata(sample: Sample, *, name: str) -> Iterator[Row]:
    """The rate of each arm over the strata, each weighted by its subjects in all arms."""
    responded, k = responders(sample), int(sample.stratum.max(initial=0)) + 1
    everybody = np.bincount(sample.stratum, minlength=k)
    for code, group in enumerate(sample.groups):
        mine = sample.arm == code
        x = np.bincount(sample.stratum[mine & responded], minlength=k)
        n = np.bincount(sample.stratum[mine], minlength=k)
        kept = n > 0

        def compute(x: Ints = x[kept], n: Ints = n[kept], w: Ints = everybody[kept]) -> Found:
            note = f"{n.size} strata, weighted by their subjects"
            return Found(limited("rate", stratified_wilson(x, n, weight=w)), note)

        yield from tried(sample, name, "rate", compute, group=group, n=int(mine.sum()))


def tabled(two: Sample, arm: Ints, block: npt.NDArray[np.int64]) -> ResponderTable:
    """The 2 x 2 table of each block of subjects, 0, 1, ..."""
    responded, k = responders(two), int(block.max(initial=0)) + 1
    parts = []
    for code in (1, 0):
        mine = arm == code
        parts.append(np.bincount(block[mine & responded], minlength=k))
        parts.append(np.bincount(block[mine], minlength=k))
    return ResponderTable(*parts)


def stratified_table(two: Sample, arm: Ints) -> tuple[ResponderTable, str]:
    """The tables of the strata that have both arms, and which were left out."""
    table = tabled(two, arm, two.stratum)
    kept = (table.n1 > 0) & (table.n2 > 0)
    some = (table.n1 + table.n2 > 0) & ~kept
    left = [two.strata[i] for i in np.flatnonzero(some)]
    if not kept.any():
        raise InputError("no stratum has both arms")
    note = f"{int(kept.sum())} strata"
    said = f"strata of one arm left out: {', '.join(left)}" if left else ""
    return ResponderTable(*(part[kept] for part in table)), in_words(note, said)


def compared(
    sample: Sample, *, name: str, statistic: str, compute: Callable[[ResponderTable], Found]
) -> Iterator[Row]:
    """What `compute` says of each comparison's table, strata put together."""
    for comparison, two, arm in sample.pairs():

        def whole(two: Sample = two, arm: Ints = arm) -> Found:
            return compute(tabled(two, arm, np.zeros(arm.size, np.int64)))

        yield from tried(sample, name, statistic, whole, comparison=comparison)


def over_strata(
    sample: Sample, *, name: str, statistic: str, compute: Callable[[ResponderTable], Found]
) -> Iterator[Row]:
    """What `compute` says of each comparison's tables, one for each stratum."""
    for comparison, two, arm in sample.pairs():

        def strata(two: Sample = two, arm: Ints = arm) -> Found:
            table, said = stratified_table(two, arm)
            found = compute(table)
            return found._replace(note=in_words(found.note, said))

        yield from tried(sample, name, statistic, strata, comparison=comparison)


def _difference(limits: Callable[..., Limited]) -> Callable[[ResponderTable], Found]:
    return lambda t: Found(limited(_GAP, limits(*t.whole)))


def _ratio(statistic: str, limits: Callable[..., Limited]) -> Callable[[ResponderTable], Found]:
    return lambda t: Found(limited(statistic, limits(*t.whole)))


def _tested(test: Callable[..., DifferenceTest]) -> Callable[[ResponderTable], Found]:
    return lambda t: Found(_with_test(test(*t.whole)))


def _chi_square(table: ResponderTable, *, correct: bool = False) -> Found:
    test = (corrected_difference if correct else differences.wald_difference)(*table.whole)
    values = [("z", test.z), ("chi-square", test.z**2), ("df", 1.0), ("p", test.p)]
    how = "with Yates's correction" if correct else "without correction"
    return Found(values, f"Pearson's, {how}; z above 0 where the rate is higher")


def _with_test(found: DifferenceTest) -> Values:
    return [*limited(_GAP, found), ("z", found.z), ("p", found.p)]


def _fisher(table: ResponderTable) -> Found:
    x1, n1, x2, n2 = table.whole
    test = fisher([[x1, n1 - x1], [x2, n2 - x2]])
    return Found(
        [
            ("z", one_sided_z(*table.whole)),
            ("p", test.p),
            ("odds ratio", test.odds_ratio),
            ("odds ratio lower limit", test.lower),
            ("odds ratio upper limit", test.upper),
        ],
        "z is that of the smaller one-sided P value, above 0 where the rate is higher",
    )


def _unconditional(test: Callable[..., UnconditionalTest]) -> Callable[[ResponderTable], Found]:
    def compute(table: ResponderTable) -> Found:
        x1, n1, x2, n2 = table.whole
        found = test(x1, n1, x2, n2)
        values = [("p", found.p), ("statistic", found.statistic), (SIDE, x1 / n1 - x2 / n2)]
        return Found(values, "two-sided, unconditional")

    return compute


def _exact(found: ExactOddsRatio) -> Found:
    return Found([*limited("odds ratio", found), ("p", found.p)], "conditional on the margins")


def _cmh(table: ResponderTable, *, correct: bool = False) -> Found:
    x1, n1, x2, n2 = table
    cells = np.stack([x1, n1 - x1, x2, n2 - x2], axis=1).reshape(-1, 2, 2)
    test = mantel_haenszel_test(*table) if correct else cochran_mantel_haenszel(cells).general
    side = differences.mantel_haenszel_difference(*table).estimate
    values = [("chi-square", test.statistic), ("df", test.df), ("p", test.p), (SIDE, side)]
    return Found(values, f"{'with' if correct else 'without'} continuity correction")


def _breslow_day(table: ResponderTable) -> Found:
    found = breslow_day(*table)
    return Found(
        [
            ("chi-square", found.breslow_day.statistic),
            ("df", found.breslow_day.df),
            ("p", found.breslow_day.p),
            ("p, Tarone", found.tarone.p),
        ],
        "one odds ratio in all strata",
    )


def farrington_manning(sample: Sample, *, name: str) -> Iterator[Row]:
    """One-sided test that the difference exceeds the design's margin."""
    asked = asked_by(sample.protocol, sample.key)
    if asked is None or asked.margin is None:
        raise UnanswerableError(
            f'estimand "{sample.key}": the test needs the `margin` of a hypothesis in the design'
        )
    lower = asked.sign < 0
    margin = asked.sign * asked.margin

    def compute(table: ResponderTable) -> Found:
        x1, n1, x2, n2 = table.whole
        counts = (n1 - x1, n1, n2 - x2, n2) if lower else (x1, n1, x2, n2)
        z, p = differences.farrington_manning(*counts, margin=margin)
        of = "difference in those without the outcome" if lower else "difference"
        return Found([("z", z), ("p, one-sided", p)], f"{of} above {margin:g}")

    yield from compared(sample, name=name, statistic="p, one-sided", compute=compute)


_GAP = "difference in proportions"
SIDE = "observed difference"  # tells on which side a two-sided P lies

RATES: dict[str, Callable[..., Limited]] = {
    "Clopper-Pearson": rates.clopper_pearson,
    "Wilson": rates.wilson,
    "Jeffreys": rates.jeffreys,
    "Agresti-Coull": rates.agresti_coull,
    "Wald": rates.wald,
    "corrected Wilson": corrected_wilson,
    "corrected Wald": corrected_wald,
}
COMPARED: dict[str, tuple[str, Callable[[ResponderTable], Found]]] = {
    "Miettinen-Nurminen": (_GAP, _tested(differences.miettinen_nurminen)),
    "Mee": (_GAP, _difference(differences.mee)),
    "Newcombe": (_GAP, _difference(differences.newcombe)),
    "Wald difference": (_GAP, _tested(differences.wald_difference)),
    "corrected Newcombe": (_GAP, _difference(corrected_newcombe)),
    "corrected Wald difference": (_GAP, _tested(corrected_difference)),
    "chi-square": ("p", _chi_square),
    "corrected chi-square": ("p", partial(_chi_square, correct=True)),
    "odds ratio": ("odds ratio", _ratio("odds ratio", odds.odds_ratio)),
    "relative risk": ("relative risk", _ratio("relative risk", odds.relative_risk)),
    "exact odds ratio": ("odds ratio", lambda t: _exact(odds.exact_odds_ratio(*_one(t)))),
    "Fisher exact": ("p", _fisher),
    "Barnard": ("p", _unconditional(barnard)),
    "Boschloo": ("p", _unconditional(boschloo)),
}
OVER_STRATA: dict[str, tuple[str, Callable[[ResponderTable], Found]]] = {
    "stratified Miettinen-Nurminen": (
        _GAP,
        lambda t: Found(_with_test(differences.stratified_miettinen_nurminen(*t))),
    ),
    "Mantel-Haenszel difference": (
        _GAP,
        lambda t: Found(_with_test(differences.mantel_haenszel_difference(*t)), "Sato's variance"),
    ),
    "Mantel-Haenszel odds ratio": (
        "odds ratio",
        lambda t: Found(limited("odds ratio", odds.mantel_haenszel_odds_ratio(*t))),
    ),
    "Mantel-Haenszel relative risk": (
        "relative risk",
        lambda t: Found(limited("relative risk", odds.mantel_haenszel_relative_risk(*t))),
    ),
    "stratified exact odds ratio": ("odds ratio", lambda t: _exact(odds.exact_odds_ratio(*t))),
    "stratified Newcombe": (_GAP, lambda t: Found(limited(_GAP, stratified_newcombe(*t)))),
    "Cochran-Mantel-Haenszel": ("p", _cmh),
    "corrected Cochran-Mantel-Haenszel": ("p", partial(_cmh, correct=True)),
    "Breslow-Day": ("p", _breslow_day),
}


def _one(table: ResponderTable) -> tuple[list[int], ...]:
    return tuple([count] for count in table.whole)
