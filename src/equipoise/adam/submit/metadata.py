"""What the derived datasets are: labels, types, lengths and controlled terms of every variable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import flag_name
from equipoise.adam.variables import known, method_of, predecessor
from equipoise.sdtm.tabulate.terms import labels_of, variable_labels

DataType = Literal["text", "integer", "float", "date"]
LABEL_BYTES = 40


@dataclass(frozen=True, slots=True)
class Codelist:
    """The values that a variable may have, each with its meaning."""

    id: str
    name: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Variable:
    """One column: name, label of at most 40 bytes, type, longest text, terms, origin.

    digits : after the point, of a number that has some
    source : of a predecessor, where it was taken from, such as "DM.SEX"
    method : of a derived variable, how it was made
    """

    name: str
    label: str
    kind: DataType
    length: int
    origin: Literal["Predecessor", "Derived", "Assigned"]
    codelist: Codelist | None = None
    digits: int = 0
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


def _dataset(name: str, table: pl.DataFrame, data: ADaM) -> Dataset:
    said = known()["datasets"].get(name, {})
    labels = dataset_labels(name, table, data)
    populations = {flag_name(key, data.protocol) for key in data.protocol.populations}
    variables = []
    for c in table.columns:
        source = predecessor(c, name, data)
        made = "" if source else method_of(c, name, data.protocol)
        described = _variable(table[c], labels[c], collected=bool(source), y_n=populations)
        if c == "PARAMCD" and "PARAM" in table.columns:
            described = replace(described, codelist=_parameters(name, table))
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


def _parameters(name: str, table: pl.DataFrame) -> Codelist:
    """The codes of a dataset's parameters, each with its words."""
    pairs = table.select("PARAMCD", "PARAM").drop_nulls("PARAMCD").unique(maintain_order=True)
    words: dict[str, str] = {}
    for code, word in pairs.sort("PARAMCD", "PARAM", nulls_last=True).rows():
        words.setdefault(code, word or code)
    return Codelist(f"PARAMCD.{name}", f"Parameters of {name}", words)


def dataset_labels(name: str, table: pl.DataFrame, data: ADaM) -> dict[str, str]:
    """By preference the protocol's label, the list's, the standard's, the ending's."""
    named, endings = known()["variables"], known()["endings"]
    own = variable_labels(data.protocol) | {
        flag_name(key, data.protocol): f"{population.label or key} (flag)"
        for key, population in data.protocol.populations.items()
        if flag_name(key, data.protocol) not in named
    }
    own |= {f"{key}NAM": f"{q.label} (name)" for key, q in data.protocol.safety.queries.items()}
    domain = name[2:4]
    standard = labels_of({domain: table})[domain]
    found = {}
    for column in table.columns:
        label = own.get(column) or named.get(column) or _stratum(column)
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


def _variable(column: pl.Series, label: str, *, collected: bool, y_n: set[str]) -> Variable:
    kind = _kind(column)
    terms = _codelist(column, kind, y_n)
    length = 8
    if kind == "text":
        text = column.cast(pl.String) if column.dtype != pl.List else joined(column)
        longest = text.str.len_bytes().max()
        length = max(1, int(longest)) if isinstance(longest, int) else 1
    return Variable(
        column.name, label, kind, length, "Predecessor" if collected else "Derived", terms,
        _digits(column) if kind == "float" else 0,
    )  # fmt: skip


def _digits(column: pl.Series) -> int:
    """Digits after the point that tell every value."""
    texts = map(repr, column.drop_nulls().unique().to_list())
    return max((len(t.partition(".")[2].rstrip("0")) for t in texts if "e" not in t), default=0)


def _kind(column: pl.Series) -> DataType:
    if column.dtype == pl.Date:
        return "date"
    if column.dtype.is_integer():
        return "integer"
    return "float" if column.dtype.is_float() else "text"


def joined(column: pl.Series) -> pl.Series:
    """A list of numbers as text: "3, 4, 5"."""
    return column.list.eval(pl.element().cast(pl.String)).list.join(", ")


def _codelist(column: pl.Series, kind: DataType, y_n: set[str]) -> Codelist | None:
    """The first list of terms for the variable that holds every value that it has."""
    if kind not in ("text", "integer") or column.dtype == pl.List:
        return None
    values = set(column.drop_nulls().cast(pl.String).unique())
    for key, said in known()["codelists"].items():
        named = column.name in said.get("variables", ()) or (
            said.get("population", False) and column.name in y_n
        )
        ends = any(column.name.endswith(end) for end in said.get("ends", ()))
        if (named or ends) and values <= set(said["values"]):
            return Codelist(key, said["name"], said["values"])
    return None
