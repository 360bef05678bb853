"""What a derived variable is made from, by `variables.yaml` and the protocol."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import condition_of, flag_name
from equipoise.protocol import Protocol
from equipoise.protocol.language.conditions import names, parse_condition
from equipoise.shipped import table

_ENDINGS = ("DTF", "NAM")
_SUPPLEMENTS = (("SUPPDM", "QNAM", "QVAL"), ("SC", "SCTESTCD", "SCSTRESC"))
_INPUT = re.compile(
    r"^(?:(?P<kind>source|protocol|ADSRC)\b ?)?(?:(?P<dataset>[A-Z]{2,8})\.)?(?P<name>[^ ].*?)?"
    r"(?: at (?P<at>\w+))?(?: if (?P<when>\w+))?$"
)
_STRATUM = re.compile(r"STRAT(\d)([DRV])")


class MadeFrom(NamedTuple):
    """One thing that a variable is made from.

    kind : "value" of a row, "source" (the records of the row), "ADSRC", or "protocol"
    dataset : of the value; "" for the row's own
    name : the variable, or the path in the protocol; "" for the variable that SRCVAR names
    at : the column with the sequence numbers of the rows; "" for the row itself, or the subject's
    when : the input counts only if this variable of the row has a value
    """

    kind: str
    dataset: str
    name: str
    at: str = ""
    when: str = ""


def known() -> dict[str, Any]:
    """The content of `variables.yaml`."""
    return table("equipoise.adam", "variables.json")


def predecessor(column: str, name: str, data: ADaM) -> str:
    """Where a variable of a dataset was copied from; "" if it was derived.

    Its own domain, ADSL, DM, DM's supplement or subject characteristics; of tumors, also what
    identified the lesion.
    """
    collected, own = data.snapshot.tables, name[2:4]
    if f"{name}.{column}" in known()["inputs"]:
        return ""
    if own in collected and column in collected[own].columns:
        return f"{own}.{column}"
    if name != "ADSL" and column in data.tables["ADSL"].columns:
        return f"ADSL.{column}"
    for domain in ("DM", "TU") if own == "TR" else ("DM",):
        if domain in collected and column in collected[domain].columns:
            return f"{domain}.{column}"
    for domain, code, value in _SUPPLEMENTS if name == "ADSL" else ():
        if domain in collected and column in set(collected[domain][code]):
            return f"{domain}.{value} where {code} is {column}"
    return ""


def method_of(column: str, name: str, protocol: Protocol) -> str:
    """How a derived variable of a dataset is made, in words."""
    for key, population in protocol.populations.items():
        if column == flag_name(key, protocol):
            return f"Y for the population of the protocol: {population.who}"
    methods: dict[str, str] = known()["methods"]
    ending = next((methods[e] for e in _ENDINGS if column.endswith(e)), "")
    factor = _STRATUM.fullmatch(column)
    if factor is not None:
        return methods[f"STRAT{factor[2]}"]
    return methods.get(f"{name}.{column}") or methods.get(column) or ending


def inputs_of(column: str, name: str, protocol: Protocol) -> tuple[MadeFrom, ...]:
    """What a derived variable of a dataset is made from; nothing if it is assigned."""
    if name == "ADSL":
        for key, population in protocol.populations.items():
            if column == flag_name(key, protocol):
                return _read_by(condition_of(population), "value")
        strata = _strata(column, protocol)
        if strata:
            return tuple(MadeFrom("value", "", variable) for variable in strata)
    for key, query in protocol.safety.queries.items():
        if name == "ADAE" and column == f"{key}NAM":
            return _read_by(query.where, "source")
    listed: dict[str, str] = known()["inputs"]
    return _parsed(listed.get(f"{name}.{column}") or listed.get(column) or "")


def _read_by(where: str, kind: str) -> tuple[MadeFrom, ...]:
    """The variables that a condition reads."""
    return tuple(MadeFrom(kind, "", name) for name in dict.fromkeys(names(parse_condition(where))))


def _strata(column: str, protocol: Protocol) -> Iterable[str]:
    """The variables of ADSL that a variable of the strata is made from."""
    factors = list(protocol.allocation.strata.items())
    if column in ("STRATAR", "STRATAV"):
        return [f"STRAT{n}{column[-1]}" for n in range(1, len(factors) + 1)]
    found = _STRATUM.fullmatch(column)
    if found is None or found[2] == "D" or int(found[1]) > len(factors):
        return ()
    key, factor = factors[int(found[1]) - 1]
    used, seen = factor.randomized or "", factor.variable or key
    return [name for name in ((used, seen) if found[2] == "R" else (seen, used)) if name]


@cache
def _parsed(text: str) -> tuple[MadeFrom, ...]:
    found = (_INPUT.match(part) for part in text.split(", ") if part)
    words = ([word or "" for word in m.groups()] for m in found if m is not None)
    return tuple(MadeFrom(kind or "value", *rest) for kind, *rest in words)
