"""The terms that a variable of the collected data has: those of the forms, and those found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from equipoise.concepts.tables import concepts_of_tests, term_lists


@dataclass(frozen=True, slots=True)
class CodedTerms:
    """A codelist: its name, each value with its meaning, and the values beyond the standard's.

    values : value -> meaning; "" where a value stands for itself
    extended : values that the list named has not and the data have
    dictionary : of an external list, whose values are not told
    """

    key: str
    name: str
    values: Mapping[str, str]
    extended: frozenset[str] = frozenset()
    dictionary: str = ""


def terms_of(
    domain: str, table: pl.DataFrame, column: str, lists: Sequence[Mapping[str, Any]]
) -> CodedTerms | None:
    """The codelist of a variable, which holds every value that it has; None if it is free."""
    ending = column[2:] if column.startswith(domain[:2]) and len(column) > 2 else ""
    said = next((one for one in lists if _names(one, column, ending)), None)
    if said is None or table[column].dtype != pl.String:
        return None
    values = table[column].drop_nulls().unique().sort().to_list()
    if "dictionary" in said:
        return CodedTerms(column, said["dictionary"], {}, dictionary=said["dictionary"])
    if not values:
        return None
    if "terms" in said:
        return _standard(said["terms"], values, f"{domain}.{column}")
    words = said.get("decode", "")
    words = words if words in table.columns else f"{domain}{words}"
    if "decode" in said and words in table.columns:
        return CodedTerms(
            f"{domain}.{column}", f"{column} of {domain}", _pairs(table, column, words)
        )
    return CodedTerms(f"{domain}.{column}", f"{column} of {domain}", dict.fromkeys(values, ""))


def _names(one: Mapping[str, Any], column: str, ending: str) -> bool:
    return column in one.get("whole", ()) or (bool(ending) and ending in one.get("ends", ()))


def _standard(name: str, values: Sequence[str], where: str) -> CodedTerms:
    """A list of the concepts, and after it what was found besides; of that, a list of its own."""
    listed = term_lists()[name]
    beyond = [value for value in values if value not in listed]
    every = {**listed, **dict.fromkeys(beyond, "")}
    if not beyond:
        return CodedTerms(name, name, every)
    return CodedTerms(f"{name}.{where}", f"{name}, with terms of {where}", every, frozenset(beyond))


def terms_of_test(code: str, values: pl.Series, where: str) -> CodedTerms | None:
    """The terms of a test whose answer is a choice; None of any other."""
    concept = concepts_of_tests().get(code)
    if concept is None or not concept.terms:
        return None
    return _standard(concept.terms, values.drop_nulls().unique().sort().to_list(), where)


def _pairs(table: pl.DataFrame, column: str, words: str) -> dict[str, str]:
    """Code -> what it says in words, the first where it says several things."""
    rows = table.select(column, words).drop_nulls(column).unique(maintain_order=True).rows()
    found: dict[str, str] = {}
    for code, word in rows:
        found.setdefault(code, word or "")
    return {code: found[code] for code in sorted(found)}
