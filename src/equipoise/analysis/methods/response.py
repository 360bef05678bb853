"""Methods for proportions, as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from equipoise.analysis.methods.sample import Sample
from equipoise.analysis.response import rates
from equipoise.analysis.response.difference import miettinen_nurminen, newcombe
from equipoise.analysis.response.tables import fisher
from equipoise.analysis.results import Row
from equipoise.errors import InputError


def responders(sample: Sample) -> np.ndarray:
    """Who responded. Raises InputError if the endpoint is no proportion."""
    if sample.responder is None:
        raise InputError(f'estimand "{sample.key}": the method needs a proportion')
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


def rate(sample: Sample, *, name: str, limits: Callable[..., rates.Interval]) -> Iterator[Row]:
    """The rate of each arm with limits."""
    for group, (x, n) in tallies(sample).items():
        yield from _estimated(sample, name, "rate", limits, (x, n), group=group)


def difference(
    sample: Sample, *, name: str, limits: Callable[..., rates.Interval]
) -> Iterator[Row]:
    """The difference of rates, experimental minus control, with limits."""
    count = tallies(sample)
    statistic = "difference in proportions"
    for experimental, control in sample.comparisons:
        counted = (*count[experimental], *count[control])
        pair = f"{experimental} v {control}"
        yield from _estimated(sample, name, statistic, limits, counted, comparison=pair)


def _estimated(
    sample: Sample,
    name: str,
    statistic: str,
    limits: Callable[..., rates.Interval],
    counted: tuple[int, ...],
    **where: str,
) -> Iterator[Row]:
    """A statistic with its limits; where an arm has nobody, a row that says so."""
    try:
        found = limits(*counted)
    except InputError as problem:
        yield sample.row(name, statistic, None, note=f"not estimable: {problem}", **where)
        return
    for suffix, value in zip(("", " lower limit", " upper limit"), found[:3]):
        yield sample.row(name, f"{statistic}{suffix}", value, **where)


def fisher_exact(sample: Sample) -> Iterator[Row]:
    """Fisher's exact test and the conditional odds ratio."""
    name, count = "Fisher exact", tallies(sample)
    for experimental, control in sample.comparisons:
        (x1, n1), (x2, n2) = count[experimental], count[control]
        where = {"comparison": f"{experimental} v {control}"}
        try:
            test = fisher([[x1, n1 - x1], [x2, n2 - x2]])
        except InputError as problem:
            yield sample.row(name, "p", None, note=f"not estimable: {problem}", **where)
            continue
        yield sample.row(name, "p", test.p, **where)
        yield sample.row(name, "odds ratio", test.odds_ratio, **where)
        yield sample.row(name, "odds ratio lower limit", test.lower, **where)
        yield sample.row(name, "odds ratio upper limit", test.upper, **where)


RATES = {
    "Clopper-Pearson": rates.clopper_pearson,
    "Wilson": rates.wilson,
    "Jeffreys": rates.jeffreys,
    "Agresti-Coull": rates.agresti_coull,
}
DIFFERENCES = {"Miettinen-Nurminen": miettinen_nurminen, "Newcombe": newcombe}
