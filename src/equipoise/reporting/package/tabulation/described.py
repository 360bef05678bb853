"""What each dataset and variable of the collected data is, from its values and `sdtm.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from equipoise import shipped
from equipoise.reporting.package.tabulation.terms import CodedTerms, terms_of, terms_of_test

_DATE: Final = r"\d{4}-\d{2}-\d{2}"
_MOMENT: Final = rf"{_DATE}T\d{{2}}:\d{{2}}(:\d{{2}})?"
_LONGEST_NUMBER: Final = 8  # bytes of a number of SAS
_RELATES: Final = ("STUDYID", "USUBJID", "RDOMAIN", "IDVAR", "IDVARVAL", "QNAM")
_CLASSES: Final = (("TESTCD", "FINDINGS"), ("TRT", "INTERVENTIONS"), ("TERM", "EVENTS"))


@dataclass(frozen=True, slots=True)
class ValueForm:
    """What values are: type of Define-XML, bytes or digits, digits after the point."""

    kind: str
    length: int | None = None
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class VariableOrigin:
    """Where values come from, who told them, and how they were derived."""

    kind: str
    source: str
    method: str = ""


@dataclass(frozen=True, slots=True)
class ValueLevel:
    """A variable where another has one code: `VSORRES where VSTESTCD is TEMP`."""

    by: str
    code: str
    label: str
    form: ValueForm
    origin: VariableOrigin
    terms: CodedTerms | None = None


@dataclass(frozen=True, slots=True)
class Tabulated:
    """A variable of a domain."""

    name: str
    label: str
    form: ValueForm
    origin: VariableOrigin
    terms: CodedTerms | None = None
    levels: tuple[ValueLevel, ...] = ()


@dataclass(frozen=True, slots=True)
class TabulatedDomain:
    """A dataset; `keys` name one record."""

    name: str
    label: str
    kind: str
    structure: str
    keys: tuple[str, ...]
    variables: tuple[Tabulated, ...]


def known() -> dict[str, Any]:
    """The content of `sdtm.yaml`."""
    return shipped.table(__package__, "sdtm.json")


def described(name: str, table: pl.DataFrame, labels: Mapping[str, str]) -> TabulatedDomain:
    """A domain with its variables in the order of the table.

    Source   SDTM 2.0; SDTMIG 3.4; Define-XML 2.1.
    Checked  tests/unit/reporting/test_sdtm_define.py: types, lengths and terms hold the values.
    """
    said = known()["domains"].get(name, {})
    return TabulatedDomain(
        name,
        domain_label(name),
        said.get("class") or _class(name, table),
        said.get("structure") or _structure(name),
        tuple(key for key in said.get("keys") or _keys(name) if key in table.columns),
        tuple(_variable(name, table, c, labels.get(c, c)) for c in table.columns),
    )


def domain_label(name: str) -> str:
    """`Supplemental Qualifiers for DM`."""
    if name.startswith("SUPP"):
        return f"Supplemental Qualifiers for {name[4:]}"
    label: str = known()["domains"].get(name, {}).get("label", name)
    return label


def _class(name: str, table: pl.DataFrame) -> str:
    if name.startswith(("SUPP", "REL")):
        return "RELATIONSHIP"
    found = (kind for ending, kind in _CLASSES if f"{name}{ending}" in table.columns)
    return next(found, "SPECIAL PURPOSE")


def _structure(name: str) -> str:
    if name.startswith("SUPP"):
        return "One record per qualifier of a record of its domain"
    return "One record per numbered record of a subject"


def _keys(name: str) -> tuple[str, ...]:
    return _RELATES if name.startswith("SUPP") else ("STUDYID", "USUBJID", f"{name}SEQ")


def _variable(domain: str, table: pl.DataFrame, column: str, label: str) -> Tabulated:
    origin = origin_of(domain, column)
    return Tabulated(
        column,
        label,
        form_of(table[column], _ending(domain, column)),
        origin,
        terms_of(domain, table, column, known()["codelists"]),
        tuple(_levels(domain, table, column, origin)),
    )


def origin_of(domain: str, column: str) -> VariableOrigin:
    """Who told a variable's values, by its role."""
    ending, said = _ending(domain, column), known()
    is_planned = said["domains"].get(domain, {}).get("class") == "TRIAL DESIGN"
    kind = "Protocol" if is_planned and column not in ("DOMAIN", "TSSEQ") else ""
    for each, names in said["origins"].items() if not kind else ():
        if column in names["whole"] or (ending != column and ending in names["ends"]):
            kind = each
            break
    if not kind or (domain == "SV" and ending == "UPDES"):
        return VariableOrigin("Collected", said["sources"].get(domain, "Investigator"))
    method = said["methods"].get(column) or said["methods"].get(ending, "")
    return VariableOrigin(kind, "Sponsor", method if kind == "Derived" else "")


def _ending(domain: str, column: str) -> str:
    return column[2:] if column.startswith(domain[:2]) and len(column) > 2 else column


def form_of(column: pl.Series, ending: str = "") -> ValueForm:
    """Type, length and digits that hold every value."""
    values = column.drop_nulls()
    if column.dtype != pl.String:
        return _number([repr(float(v)) for v in values.unique().to_list()], _LONGEST_NUMBER)
    if ending.endswith("DTC"):
        return ValueForm(_time(values))
    if ending in ("ELTM", "DUR", "TEDUR"):
        return ValueForm("durationDatetime")
    return ValueForm("text", _bytes(values))


def level_form(values: pl.Series) -> ValueForm:
    """That of texts of one code, which may all be numbers."""
    texts = values.drop_nulls().unique().to_list()
    if texts and all(re.fullmatch(r"-?\d+(\.\d+)?", text) for text in texts):
        return _number(texts, _bytes(values.drop_nulls()))
    return ValueForm("text", _bytes(values.drop_nulls()))


def _number(texts: list[str], length: int) -> ValueForm:
    ends = [text.partition(".")[2].rstrip("0") for text in texts if "e" not in text]
    digits = max(map(len, ends), default=0)
    return ValueForm("float", length, digits) if digits else ValueForm("integer", length)


def _bytes(values: pl.Series) -> int:
    longest = values.str.len_bytes().max()
    return int(longest) if isinstance(longest, int) and longest else 1


def _time(values: pl.Series) -> str:
    whole = values.str.contains(rf"^{_DATE}$")
    if whole.all():
        return "date"
    if values.str.contains(rf"^{_MOMENT}$").all():
        return "datetime"
    return "incompleteDatetime" if values.str.contains("T").any() else "partialDate"


def _levels(
    domain: str, table: pl.DataFrame, column: str, origin: VariableOrigin
) -> list[ValueLevel]:
    """A level for each code of which the variable has a value."""
    ending = _ending(domain, column)
    by = known()["levels"].get(ending if ending != column else column)
    code_of = by if by in table.columns else f"{domain}{by}"
    if by is None or code_of not in table.columns:
        return []
    found = []
    for (code,), rows in table.group_by(code_of, maintain_order=True):
        values = rows[column]
        if code is None or values.null_count() == values.len():
            continue
        label, told = _told(rows, code_of, str(code)), _level_origin(rows, origin)
        terms = terms_of_test(str(code), values, f"{domain}.{column}.{code}")
        found.append(ValueLevel(code_of, str(code), label, level_form(values), told, terms))
    return found


def _told(rows: pl.DataFrame, code_of: str, code: str) -> str:
    words = {"QNAM": "QLABEL", "TSPARMCD": "TSPARM"}.get(code_of, code_of.removesuffix("CD"))
    return str(rows[words][0]) if words in rows.columns else code


def _level_origin(rows: pl.DataFrame, origin: VariableOrigin) -> VariableOrigin:
    """A qualifier says its origin itself."""
    if "QORIG" not in rows.columns:
        return origin
    said = known()["qualifier origins"].get(str(rows["QORIG"][0]).upper())
    if said is None:
        return origin
    kind, source = said
    return VariableOrigin(kind, source, known()["methods"]["QVAL"] if kind == "Derived" else "")
