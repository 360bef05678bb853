"""Error is spent by a family that is known, with parameters that suit it, and there is error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from equipoise.errors import InputError
from equipoise.protocol.language.families import (
    FAMILIES,
    SPENDING,
    as_family,
    check_own_error,
    checked_family,
)
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import HypothesisDesign, Protocol
from equipoise.protocol.rules.base import Problem, Rule


def spending(protocol: Protocol) -> Iterator[Problem]:
    for key, hypothesis in protocol.design.hypotheses.items():
        path: Path = ("design", key)
        level = protocol.design.alpha if hypothesis.alpha is None else hypothesis.alpha
        beta = _type_two_error(hypothesis)
        looks = max(len(hypothesis.looks), 1)
        yield from _family((*path, "spending"), hypothesis.spending, FAMILIES, looks, level)
        yield from _family((*path, "futility"), hypothesis.futility, SPENDING, looks, beta)
        efficacy = [look for look in hypothesis.looks.values() if look.efficacy]
        if len(efficacy) > 1 and hypothesis.spending is None:
            message = f"{key} is tested {len(efficacy)} times, how its error is spent is not said"
            yield Problem(path, message, "expected `spending`, such as lan-demets-obf")
        if hypothesis.futility is not None and beta is None:
            message = "futility spends the type II error, and neither `beta` nor `power` is said"
            yield Problem((*path, "futility"), message, "expected `power`, such as 90%")


def _type_two_error(hypothesis: HypothesisDesign) -> float | None:
    if hypothesis.beta is not None:
        return hypothesis.beta
    return None if hypothesis.power is None else 1.0 - hypothesis.power


def _family(
    path: Path, text: str | None, known: Iterable[str], looks: int, total: float | None
) -> Iterator[Problem]:
    """A family that is not known, does not suit its parameters, or spends more than there is."""
    if text is None:
        return
    try:
        family = as_family(text)
        if isinstance(family, str):
            checked_family(family, known)
        else:
            check_own_error(family, looks, 1.0 if total is None else total)
    except InputError as error:
        message, _, expected = str(error).partition("; expected ")
        yield Problem(path, message, f"expected {expected}")


RULES = (Rule("P18", "Spending that is not known or not said", spending),)
