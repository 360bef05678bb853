"""Tests that virtual trials cannot take as arrays, and why, in words."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.methods import METHODS
from equipoise.meaning.options import RestrictedMeanOptions, TimeOptions, WeightedOptions

KNOWN = tuple(name for name, method in METHODS.items() if method.simulated)


def unknown_test(h: Hypothesis) -> str | None:
    """Why virtual trials do not know the test of a hypothesis; None where they do."""
    return next(_reasons(h), None)


def _reasons(h: Hypothesis) -> Iterator[str]:
    method, estimand = h.method, h.estimand
    if estimand is None or method is None:
        yield f"virtual trials need a test, and {h.name} names none; expected {_one_of(h)}"
        return
    name = f'virtual trials do not know the test "{method.name}"'
    if not method.simulated:
        yield f"{name}; expected {_one_of(h)}"
        return
    if method.options is RestrictedMeanOptions and RestrictedMeanOptions.of(estimand).tau is None:
        yield f"{name} without a time to restrict it to; expected the option `tau`"
    if method.stratified and issubclass(method.options, WeightedOptions):
        meaning = WeightedOptions.of(estimand).strata_are
        if meaning != "summed":
            yield f"{name} with strata {meaning}; expected `strata are: summed`"
    if method.for_times and TimeOptions.of(estimand).competing:
        yield f"{name} with competing events; expected none of the option `competing`"


def _one_of(h: Hypothesis) -> str:
    fit = [name for name in KNOWN if h.endpoint.type in METHODS[name].fits]
    return ", ".join(fit) if fit else f"another endpoint than a {h.endpoint.type} one"
