"""What the derived datasets are: labels, types, lengths and controlled terms of every variable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import flag_name
from equipoise.sdtm.tabulate.terms import labels_of, variable_labels

Kind = Literal["text", "integer", "float", "date"]
LABEL_BYTES = 40
_ENDINGS = ("DTF", "NAM")
_SUPPLEMENTS = (("SUPPDM", "QNAM", "QVAL"), ("SC", "SCTESTCD", "SCSTRESC"))


@dataclass(frozen=True, slots=True)
class Codelist:
    """The values that a variable may have, each with its meaning."""

    id: str
    name: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Variable:
    """One column: name, label of at most 40 bytes, type, longest text, terms, origin.

    source : of a predecessor, where it was taken from, such as "DM.SEX"
    method : of a derived variable, how it was made
    """

    name: str
    label: str
    kind: Kind
    length: int
    origin: Literal["Predecessor", "Derived", "Assigned"]
    codelist: Codelist | None = None
    source: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset with its variables in order; `keys` name one record."""

    name: str
    label: str
    class_: str
    structure: str
    keys: tuple[str, ...]
    records: int
    variables: tuple[Variable, ...]


def metadata(data: ADaM) -> tuple[Dataset, ...]:
    """The metadata of every derived dataset, from the tables themselves and the list of labels.

    Checked  tests/unit/adam/test_define.py.
    """
    return tuple(_dataset(name, table, data) for name, table in data.tables.items())


@cache
def _known() -> dict[str, Any]:
    from ruamel.yaml import YAML

    text = files("equipoise.adam").joinpath("variables.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return table


def _dataset(name: str, table: pl.DataFrame, data: ADaM) -> Dataset:
    said = _known()["datasets"].get(name, {})
    labels = _labels(name, table, data)
    people = data.protocol.populations
    populations = {flag_name(key, data.protocol): said.who for key, said in people.items()}
    variables = []
    for c in table.columns:
        source = predecessor(c, name, data)
        made = "" if source else _method(c, name, populations)
        described = _variable(table[c], labels[c], collected=bool(source), y_n=set(populations))
        variables.append(replace(described, source=source, method=made))
    return Dataset(
        name=name,
        label=said.get("label", name),
        class_=said.get("class", "BASIC DATA STRUCTURE"),
        structure=said.get("structure", "One record per subject and parameter"),
        keys=tuple(k for k in said.get("keys", ["USUBJID"]) if k in table.columns),
        records=table.height,
        variables=tuple(variables),
    )


def _labels(name: str, table: pl.DataFrame, data: ADaM) -> dict[str, str]:
    """By preference the protocol's label, the list's, the standard's, the ending's."""
    known, endings = _known()["variables"], _known()["endings"]
    own = variable_labels(data.protocol) | {
        flag_name(key, data.protocol): f"{population.label or key} (flag)"
        for key, population in data.protocol.populations.items()
        if flag_name(key, data.protocol) not in known
    }
    own |= {f"{key}NAM": f"{q.label} (name)" for key, q in data.protocol.safety.queries.items()}
    domain = name[2:4]
    standard = labels_of({domain: table})[domain]
    found = {}
    for column in table.columns:
        label = own.get(column) or known.get(column) or _stratum(column)
        if label is None and standard[column] != column:
            label = standard[column]
        ending = next((v for k, v in endings.items() if column.endswith(k)), column)
        found[column] = short(label or ending)
    return found


def _stratum(column: str) -> str | None:
    match = re.fullmatch(r"STRAT(\d)([DRV])", column)
    if match is None:
        return None
    ends = {"D": "Description", "R": "Value Used for Rand.", "V": "Value from Verif. Source"}
    return f"Stratum {match[1]} {ends[match[2]]}"


def short(label: str, *, room: int = 0) -> str:
    """A label in at most 40 bytes, less `room`, cut at a letter."""
    return label.encode()[: LABEL_BYTES - room].decode(errors="ignore").rstrip()


def predecessor(column: str, name: str, data: ADaM) -> str:
    """Where a variable of a dataset was copied from; "" if it was derived.

    Its own domain, ADSL, DM, DM's supplement or subject characteristics; of tumors, also what
    identified the lesion.
    """
    collected, own = data.snapshot.tables, name[2:4]
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


def _method(column: str, name: str, populations: Mapping[str, str]) -> str:
    """How a derived variable was made."""
    if column in populations:
        return f"Y for the population of the protocol: {populations[column]}"
    known: dict[str, str] = _known()["methods"]
    ending = next((known[e] for e in _ENDINGS if column.endswith(e)), "")
    factor = re.fullmatch(r"STRAT\d([DRV])", column)
    if factor is not None:
        return known[f"STRAT{factor[1]}"]
    return known.get(f"{name}.{column}") or known.get(column) or ending


def _variable(column: pl.Series, label: str, *, collected: bool, y_n: set[str]) -> Variable:
    kind = _kind(column)
    terms = _codelist(column, kind, y_n)
    length = 8
    if kind == "text":
        text = column.cast(pl.String) if column.dtype != pl.List else joined(column)
        longest = text.str.len_bytes().max()
        length = max(1, int(longest)) if isinstance(longest, int) else 1
    return Variable(
        column.name, label, kind, length, "Predecessor" if collected else "Derived", terms
    )


def _kind(column: pl.Series) -> Kind:
    if column.dtype == pl.Date:
        return "date"
    if column.dtype.is_integer():
        return "integer"
    return "float" if column.dtype.is_float() else "text"


def joined(column: pl.Series) -> pl.Series:
    """A list of numbers as text: "3, 4, 5"."""
    return column.list.eval(pl.element().cast(pl.String)).list.join(", ")


def _codelist(column: pl.Series, kind: Kind, y_n: set[str]) -> Codelist | None:
    """The first list of terms for the variable that holds every value that it has."""
    if kind not in ("text", "integer") or column.dtype == pl.List:
        return None
    values = set(column.drop_nulls().cast(pl.String).unique())
    for key, said in _known()["codelists"].items():
        named = column.name in said.get("variables", ()) or (
            said.get("population", False) and column.name in y_n
        )
        ends = any(column.name.endswith(end) for end in said.get("ends", ()))
        if (named or ends) and values <= set(said["values"]):
            return Codelist(key, said["name"], said["values"])
    return None
