"""Names of variables: those of SAS transport files, eight characters at most."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from equipoise.laboratory.units import known_tests
from equipoise.protocol.language.conditions import ConditionError, names, parse_condition
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import Protocol
from equipoise.protocol.rules.base import Problem, Rule, unknown
from equipoise.protocol.rules.endpoints import LONGEST_CONDITION, written_conditions

LONGEST_NAME: Final = 8
_NAME: Final = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_OF_QUERY: Final = "NAM"  # CQ01 becomes CQ01NAM


def variables(protocol: Protocol) -> Iterator[Problem]:
    for path, name, most in (*_named(protocol), *_read(protocol)):
        if not _NAME.match(name):
            message = f'no variable can be called "{name}"'
            yield Problem(path, message, "expected letters, digits and _, a letter first")
        elif len(name) > most:
            message = f'"{name}" has {len(name)} characters, too many for the name of a variable'
            yield Problem(path, message, f"expected {most} at most")


def _named(protocol: Protocol) -> Iterator[tuple[Path, str, int]]:
    """Variables that a protocol names, with their longest name."""
    for key, population in protocol.populations.items():
        yield ("populations", key, "flag"), population.variable(key), LONGEST_NAME
    for key, subgroup in protocol.subgroups.items():
        yield ("subgroups", key, "variable"), subgroup.variable, LONGEST_NAME
    for key, factor in protocol.allocation.strata.items():
        for part in ("variable", "randomized"):
            name = getattr(factor, part)
            if name is not None:
                yield ("allocation", "strata", key, part), name, LONGEST_NAME
    for key in protocol.safety.queries:
        yield ("safety", "queries", key), key, LONGEST_NAME - len(_OF_QUERY)
    for at, line in enumerate(protocol.report.baseline):
        yield ("report", "baseline", at, "variable"), line.variable, LONGEST_NAME
    for key, endpoint in protocol.endpoints.items():
        for part in ("event", "censor"):
            for at, source in enumerate(getattr(endpoint, part)):
                yield ("endpoints", key, part, at, "date"), source.date, LONGEST_NAME
    for key, estimand in protocol.estimands.items():
        for at, name in enumerate(estimand.covariates):
            yield ("estimands", key, "covariates", at), name, LONGEST_NAME


def _read(protocol: Protocol) -> Iterator[tuple[Path, str, int]]:
    """Variables that conditions over datasets read."""
    for path, text in written_conditions(protocol):
        if path[0] in ("population", "arms") or len(text) > LONGEST_CONDITION:
            continue  # eligibility and doses read measures, by names of their own
        try:
            found = dict.fromkeys(names(parse_condition(text)))
        except (ConditionError, RecursionError):  # another rule says so
            continue
        for name in found:
            yield path, name, LONGEST_NAME


def tests(protocol: Protocol) -> Iterator[Problem]:
    """Units and grades are of tests that are known."""
    known = sorted(known_tests())
    for code in protocol.safety.unit_of:
        if code not in known:
            yield unknown(("safety", "unit of", code), "laboratory test", code, known)
    for at, lab in enumerate(protocol.safety.labs):
        if lab.test not in known and protocol.safety.lab_source == "LB":
            yield unknown(("safety", "labs", at, "test"), "laboratory test", lab.test, known)


RULES = (
    Rule("P70", "A name that no variable can have", variables),
    Rule("P71", "A laboratory test that nobody knows", tests),
)
