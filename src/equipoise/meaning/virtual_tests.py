"""Tests that virtual trials cannot take as arrays, and why, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.methods import METHODS, Method
from equipoise.meaning.options import RestrictedMeanOptions, TimeOptions, WeightedOptions
from equipoise.protocol.model import Estimand


class UnknownTest(NamedTuple):
    """What virtual trials do not know, and what they do."""

    message: str
    expected: str


def unknown_test(h: Hypothesis) -> UnknownTest | None:
    """Why virtual trials cannot take the test of a hypothesis; None where they can."""
    if h.estimand is None or h.method is None:
        return UnknownTest(
            f"no test decides {h.name}, neither in an analysis nor in virtual trials", _known(h)
        )
    name = f'virtual trials do not know the test "{h.method.name}"'
    if not h.method.simulated:
        return UnknownTest(name, _known(h))
    return next((UnknownTest(f"{name} {m}", e) for m, e in _options(h.method, h.estimand)), None)


def _options(method: Method, estimand: Estimand) -> Iterator[tuple[str, str]]:
    """Options with which a known test is not known, and what is expected of each."""
    if method.options is RestrictedMeanOptions and RestrictedMeanOptions.of(estimand).tau is None:
        yield "without the time up to which a mean is restricted", "expected the option `tau`"
    if method.stratified and issubclass(method.options, WeightedOptions):
        meaning = WeightedOptions.of(estimand).strata_are
        if meaning != "summed":
            yield f"with strata {meaning}", "expected `strata are: summed`"
    if method.for_times and TimeOptions.of(estimand).competing:
        yield "with competing events", "expected no option `competing`"


def _known(h: Hypothesis) -> str:
    fit = [m.name for m in METHODS.values() if m.simulated and h.endpoint.type in m.fits]
    if not fit:
        return f"they know none of a {h.endpoint.type} endpoint; `equipoise run` and `build` do"
    return f"expected one of {', '.join(fit)}"
