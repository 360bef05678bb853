"""The table of concepts, looked up by variable or by test. The tables are data files beside this.

A form needs one line a question because label, kind, length, terms, units and domain of what it
asks stand here.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from equipoise.laboratory.units import kinds, known_tests
from equipoise.shipped import table

ItemKind = Literal["text", "number", "whole", "date", "date time", "partial date", "choice"]
_FINDINGS: Final = "LB", "VS", "EG", "TR", "TU", "RS", "QS", "DA"
_RESULTS: Final = {"LB": "labs.value", "VS": "assessments.value"}


@dataclass(frozen=True, slots=True)
class Concept:
    """What a variable asks, or what a test measures.

    name : of the variable, or TESTCD; domain : two letters
    variable : where the answer stands in its domain; code : TESTCD of a test, else ""
    qualifier : whether it stands in the supplemental qualifiers of its domain
    terms : the list that its answer is of, by name; open : whether others are taken too
    units : those it may be told in, the usual one first
    record : "table.column" of the record, none where the record has no column for it
    """

    name: str
    domain: str
    asks: str
    kind: ItemKind
    variable: str
    code: str = ""
    qualifier: bool = False
    terms: str = ""
    open: bool = False
    units: tuple[str, ...] = ()
    length: int | None = None
    low: float | None = None
    high: float | None = None
    needed: bool = False
    loinc: str = ""
    record: tuple[str, ...] = ()


@functools.cache
def variable_concepts() -> Mapping[str, Concept]:
    """Every variable that is known, by its name."""
    said = table(__package__, "variables.json")["variables"]
    return {name: _of_variable(name, one) for name, one in said.items()}


@functools.cache
def concepts_of_tests() -> Mapping[str, Concept]:
    """Every test that is known, by its TESTCD."""
    said = table(__package__, "tests.json")["tests"]
    return {code: _of_test(code, one) for code, one in said.items()}


@functools.cache
def term_lists() -> Mapping[str, Mapping[str, str]]:
    """List of terms -> term -> how a person reads it."""
    said = table(__package__, "terms.json")["terms"]
    return {name: {str(k): str(v) for k, v in one.items()} for name, one in said.items()}


@functools.cache
def domain_names() -> Mapping[str, str]:
    """Domain -> what it is called."""
    found: dict[str, str] = table(__package__, "terms.json")["domains"]
    return found


def every_name() -> Iterator[str]:
    """What an item may be called: variables, then tests."""
    yield from variable_concepts()
    yield from concepts_of_tests()


def result_of(domain: str) -> str | None:
    """The variable in which a findings domain has its result; None for any other domain."""
    return f"{domain}ORRES" if domain in _FINDINGS else None


def _of_variable(name: str, said: Mapping[str, Any]) -> Concept:
    return Concept(
        name,
        said["domain"],
        said["asks"],
        said["kind"],
        "QVAL" if said.get("qualifier") else name,
        code=name if said.get("qualifier") else said.get("test", ""),
        qualifier=bool(said.get("qualifier")),
        terms=said.get("terms", ""),
        open=bool(said.get("open")),
        units=(said["unit"],) if "unit" in said else (),
        length=said.get("length"),
        low=said.get("at least"),
        high=said.get("at most"),
        needed=bool(said.get("needed")),
        record=tuple(said.get("record", ())),
    )


def _of_test(code: str, said: Mapping[str, Any]) -> Concept:
    domain, terms = said["domain"], said.get("terms", "")
    record = said.get("record", [_RESULTS[domain]] if domain in _RESULTS else ())
    return Concept(
        code,
        domain,
        said["test"],
        "choice" if terms else "number",
        f"{domain}ORRES",
        code=code,
        terms=terms,
        units=tuple(said.get("units", _laboratory(code) if not terms else ())),
        low=said.get("at least"),
        high=said.get("at most"),
        loinc=said.get("loinc", ""),
        record=tuple(record),
    )


def _laboratory(code: str) -> tuple[str, ...]:
    """The units of a laboratory test: SI, then the conventional one, then the others."""
    known = known_tests().get(code)
    if known is None:
        return ()
    every = [unit for kind in known.kinds for unit in kinds()[kind]]
    return tuple(dict.fromkeys((known.si, known.us, *every)))
