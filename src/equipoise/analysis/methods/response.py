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
        found = limits(x, n)
        for suffix, value in zip(("", " lower limit", " upper limit"), found[:3]):
            yield sample.row(name, f"rate{suffix}", value, group=group)


def difference(
    sample: Sample, *, name: str, limits: Callable[..., rates.Interval]
) -> Iterator[Row]:
    """The difference of rates, experimental minus control, with limits."""
    count = tallies(sample)
    for experimental, control in sample.comparisons:
        found = limits(*count[experimental], *count[control])
        for suffix, value in zip(("", " lower limit", " upper limit"), found[:3]):
            yield sample.row(
                name,
                f"difference in proportions{suffix}",
                value,
                comparison=f"{experimental} v {control}",
            )


def fisher_exact(sample: Sample) -> Iterator[Row]:
    """Fisher's exact test and the conditional odds ratio."""
    count = tallies(sample)
    for experimental, control in sample.comparisons:
        (x1, n1), (x2, n2) = count[experimental], count[control]
        test = fisher([[x1, n1 - x1], [x2, n2 - x2]])
        comparison = f"{experimental} v {control}"
        yield sample.row("Fisher exact", "p", test.p, comparison=comparison)
        yield sample.row("Fisher exact", "odds ratio", test.odds_ratio, comparison=comparison)
        for side in ("lower", "upper"):
            value = getattr(test, side)
            yield sample.row(
                "Fisher exact", f"odds ratio {side} limit", value, comparison=comparison
            )


RATES = {
    "Clopper-Pearson": rates.clopper_pearson,
    "Wilson": rates.wilson,
    "Jeffreys": rates.jeffreys,
    "Agresti-Coull": rates.agresti_coull,
}
DIFFERENCES = {"Miettinen-Nurminen": miettinen_nurminen, "Newcombe": newcombe}
