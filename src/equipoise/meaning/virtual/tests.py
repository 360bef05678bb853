"""Tests that virtual trials cannot take as arrays, and why, in words.

`check` warns of them, since a real trial may use any; `simulate` refuses them in the same words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError

from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.methods import METHODS, Method
from equipoise.meaning.options import RestrictedMeanOptions, TimeOptions, WeightedOptions
from equipoise.meaning.rules.planned import understood
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import Estimand, Protocol
from equipoise.protocol.rules.base import Problem, Rule


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


def unknown_tests(protocol: Protocol) -> Iterator[Problem]:
    """The tests of the hypotheses of the design that virtual trials do not know."""
    for h in understood(protocol):
        if h.key is None or h.estimand is None:
            continue
        if h.estimand.test and h.method is None:
            continue  # no method at all: an error of another rule, as a value of a wrong type is
        try:
            found = unknown_test(h)
        except ValidationError:
            continue
        if found is not None:
            path: Path = ("estimands", h.key, *(["test"] if h.estimand.test else []))
            yield Problem(path, found.message, found.expected, severity="warning")


RULES = (Rule("P62", "A test that virtual trials do not know", unknown_tests),)
