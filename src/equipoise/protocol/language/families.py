"""Spending functions and boundaries by name, and what their parameters must be.

One list for `check`, `bounds`, `plan`, `monitor` and `simulate`. The curves behind the names are in
`equipoise.design.bounds`; a test holds the two equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from inspect import Parameter, getdoc, signature
from itertools import pairwise
from math import isfinite
from typing import Final, NamedTuple

from equipoise.errors import InputError, did_you_mean
from equipoise.extensions import Added, Extended
from equipoise.units import parse_number

Family = str | Sequence[float]
Parameters = tuple[float, ...]


class FamilyWords(NamedTuple):
    """A family in words.

    form : how it is written, letters for parameters; says : in a sentence, before its parameters
    takes : what its parameters must be; suits : whether they are
    extension : whose it is, distribution and version; "" for the house
    """

    form: str
    says: str
    takes: str
    suits: Callable[[Parameters], bool]
    extension: str = ""


def _none(parameters: Parameters) -> bool:
    return not parameters


def _one(low: float, high: float) -> Callable[[Parameters], bool]:
    return lambda parameters: len(parameters) == 1 and low <= parameters[0] <= high


def _none_or_one(low: float, high: float) -> Callable[[Parameters], bool]:
    return lambda parameters: not parameters or _one(low, high)(parameters)


def _points(parameters: Parameters) -> bool:
    """Whether the first half (times) and the second (shares) rise strictly between 0 and 1."""
    half, odd = divmod(len(parameters), 2)
    sides = (parameters[:half], parameters[half:])
    rising = (b > a for side in sides for a, b in pairwise((0.0, *side, 1.0)))
    return half > 0 and not odd and all(rising)


def _two_points(parameters: Parameters) -> bool:
    return len(parameters) == 4 and _points(parameters)


def _two_points_and_freedom(parameters: Parameters) -> bool:
    return len(parameters) == 5 and _points(parameters[:4]) and 0.5 <= parameters[4] <= 1000.0


_SPENDING: Final[dict[str, FamilyWords]] = {
    "lan-demets-obf": FamilyWords(
        "lan-demets-obf", "Lan-DeMets spending of the O'Brien-Fleming type", "no parameter", _none
    ),
    "lan-demets-pocock": FamilyWords(
        "lan-demets-pocock", "Lan-DeMets spending of the Pocock type", "no parameter", _none
    ),
    "hsd": FamilyWords(
        "hsd:G",
        "Hwang-Shih-DeCani spending with gamma",
        "one parameter, gamma, between -40 and 40",
        _one(-40.0, 40.0),
    ),
    "kim-demets": FamilyWords(
        "kim-demets:R",
        "Kim-DeMets spending with rho",
        "one parameter, rho, from 0.01 to 50",
        _one(0.01, 50.0),
    ),
    "exponential": FamilyWords(
        "exponential:N",
        "Anderson-Clark exponential spending with nu",
        "one parameter, nu, from 0.01 to 10",
        _one(0.01, 10.0),
    ),
    "linear": FamilyWords(
        "linear:T1,T2,...,S1,S2,...",
        "spending on straight lines",
        "times, then as many shares of the error, each rising between 0 and 1",
        _points,
    ),
    "logistic": FamilyWords(
        "logistic:T1,T2,S1,S2",
        "logistic spending",
        "two times, then two shares of the error, each rising between 0 and 1",
        _two_points,
    ),
    "t-dist": FamilyWords(
        "t-dist:T1,T2,S1,S2,DF",
        "spending by the t distribution",
        "two times, then two shares of the error, each rising between 0 and 1, "
        "and degrees of freedom from 0.5 to 1000",
        _two_points_and_freedom,
    ),
}

BOUNDARIES: Final[dict[str, FamilyWords]] = {
    "obf": FamilyWords("obf", "the O'Brien-Fleming boundary", "no parameter", _none),
    "pocock": FamilyWords("pocock", "the Pocock boundary", "no parameter", _none),
    "wang-tsiatis": FamilyWords(
        "wang-tsiatis:D",
        "the Wang-Tsiatis boundary with delta",
        "one parameter, delta, from -0.5 to 1",
        _one(-0.5, 1.0),
    ),
    "haybittle-peto": FamilyWords(
        "haybittle-peto[:Z]",
        "the Haybittle-Peto boundary with Z",
        "one parameter, Z, from 2 to 8, or none for 3",
        _none_or_one(2.0, 8.0),
    ),
    "none": FamilyWords("none", "no early stopping for efficacy", "no parameter", _none),
}
"""Shapes of an efficacy boundary; one constant, solved for, makes them spend all of the error."""


def _taken(one: Added) -> FamilyWords:
    """The words of a spending function of another distribution: (time, error, *parameters) to
    error spent; its doc string says it in a sentence.

    Raises   InputError in a sentence that names the distribution.
    """
    found = one.takes(one.load(), "time", "error", *_parameters(one))
    asked = [name.upper() for name in _parameters(one)]
    if not re.fullmatch(r"[a-z][a-z0-9-]*", one.name):
        raise one.refused("expected a name of small letters, digits and hyphens")
    said = (getdoc(found) or "").partition("\n")[0].rstrip(".")
    says = f"{said or one.name} ({one.origin})"
    takes = f"{len(asked) or 'no'} parameter{'' if len(asked) == 1 else 's'}"
    form = f"{one.name}:{','.join(asked)}" if asked else one.name

    def suits(given: Parameters) -> bool:
        import numpy as np

        if len(given) == len(asked):  # whether they suit it, only the function knows
            one.called(found, np.array([0.5]), 0.025, *given)
        return len(given) == len(asked)

    return FamilyWords(form, says, takes, suits, one.origin)


def _parameters(one: Added) -> list[str]:
    """What a spending function takes beside time and error."""
    found = one.load()
    if not callable(found):
        return []
    return [
        p.name for p in [*signature(found).parameters.values()][2:] if p.default is Parameter.empty
    ]


SPENDING: Final = Extended("spending", _SPENDING, _taken)
"""Functions of time that say how much error may be spent; for efficacy, futility and harm."""
FAMILIES: Final = Extended("spending", {**_SPENDING, **BOUNDARIES}, _taken)
OWN_ERROR: Final = "cumulative error, one value per look, such as 0.001,0.025"
HAYBITTLE_PETO_Z: Final = 3.0


def forms(known: Iterable[str] = FAMILIES) -> str:
    """How families are written, in one line."""
    return ", ".join((*(FAMILIES[name].form for name in known), f"or {OWN_ERROR}"))


def parse_family(text: str) -> tuple[str, Parameters]:
    """Split "hsd:-4" into its name and its numbers.

    Raises   InputError if a parameter is no number.
    """
    name, colon, tail = text.strip().partition(":")
    return name.strip(), _numbers(tail, text) if colon else ()


def as_family(text: str) -> Family:
    """A family as written: a name with its parameters, or "0.001, 0.025" as cumulative error.

    Raises   InputError if a list holds something else than numbers.
    """
    body = text.strip()
    return _numbers(body, text) if body[:1].isdigit() or body[:1] == "." else body


def checked_family(text: str, known: Iterable[str] = FAMILIES) -> tuple[str, Parameters]:
    """Name and parameters of a family that is one of `known`.

    Raises   InputError for another name, or for parameters that do not suit it.
    """
    name, parameters = parse_family(text)
    if name not in (listed := list(known)):
        kind = "spending or boundary family" if "obf" in listed else "spending family"
        told = f'"{text}" is no {kind}; expected {forms(listed)}'
        raise InputError(f"{told}{did_you_mean(name, listed)}")
    words = FAMILIES[name]
    if not all(map(isfinite, parameters)) or not words.suits(parameters):
        raise InputError(f'"{text}": {name} takes {words.takes}; expected {words.form}')
    return name, parameters


def check_own_error(own: Sequence[float], looks: int, total: float) -> None:
    """Raises   InputError unless there is cumulative error for each look, rising to `total`."""
    if len(own) != looks:
        values = "1 value" if len(own) == 1 else f"{len(own)} values"
        told = f"{values} of cumulative error for {looks} looks"
        raise InputError(f"{told}; expected one per look")
    falls = any(b < a for a, b in pairwise((0.0, *own)))
    if falls or own[-1] > total * (1.0 + 1e-12):
        listed = ", ".join(f"{v:g}" for v in own)
        told = f"cumulative error {listed} must not fall, nor pass the total of {total:g}"
        raise InputError(f"{told}; expected {total:g} at the last look")


def family_in_words(text: str) -> str:
    """A family in a sentence: "hsd:-4" is "Hwang-Shih-DeCani spending with gamma -4"."""
    family = as_family(text)
    if not isinstance(family, str):
        return f"cumulative error {', '.join(f'{v:g}' for v in family)}"
    name, parameters = parse_family(family)
    says = FAMILIES[name].says
    if name not in ("linear", "logistic", "t-dist"):
        default = f"{HAYBITTLE_PETO_Z:g}" if name == "haybittle-peto" else ""
        return f"{says} {', '.join(f'{p:g}' for p in parameters) or default}".strip()
    half = len(parameters) // 2
    pairs = zip(parameters[:half], parameters[half:], strict=False)
    told = ", ".join(f"{share:.4g} of the error at time {time:.4g}" for time, share in pairs)
    freedom = f", with {parameters[4]:g} degrees of freedom" if name == "t-dist" else ""
    return f"{says} through {told}{freedom}"


def extension_of(text: str) -> str:
    """Whose a family is, as written; "" for the house's and for what is none."""
    family = as_family(text)
    name = parse_family(family)[0] if isinstance(family, str) else ""
    return FAMILIES[name].extension if name in FAMILIES else ""


def _numbers(listed: str, text: str) -> Parameters:
    """Numbers between commas; one may start with its decimal point."""
    try:
        parts = (re.sub(r"^([+-]?)\.", r"\g<1>0.", part.strip()) for part in listed.split(","))
        return tuple(parse_number(part) for part in parts)
    except ValueError:
        told = f'"{text}": "{listed}" is not a number or a list of numbers'
        raise InputError(f"{told}; expected numbers between commas") from None
