"""What forms ask beyond the record's own columns: further variables, qualifiers, other domains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from equipoise.conduct.record import COLUMNS, FORM_OF_ROW, Record
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.sdtm.tabulate.rows import identified, when

_SUPP: Final = "SUPP"
_MOST_LABEL: Final = 40


def further(table: pl.DataFrame, name: str, columns: Mapping[str, pl.Expr]) -> dict[str, pl.Expr]:
    """The columns of a domain and, after them, those that the record says in words of SDTM.

    One that the record has in its own way too, such as a date of which only the month is known, is
    taken as it was told where it was.
    """
    found = dict(columns)
    for column in table.columns:
        if column in COLUMNS[name] or not column.isupper() or column in _KNOWN:
            continue
        own = pl.col(column)
        found[column] = pl.coalesce(own, found[column]) if column in found else own
    return found


_KNOWN: Final = ("STUDYID", "DOMAIN", "USUBJID")


def split_qualifiers(
    protocol: Protocol, tables: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Every domain without its qualifiers, and these in SUPP-- by the record that they qualify.

    Source   SDTMIG 3.4, section 8.4.
    """
    found: dict[str, pl.DataFrame] = {}
    for name, table in tables.items():
        own = [c for c in table.columns if c.startswith(f"{_SUPP}{name}.")]
        found[name] = table.drop(own)
        parts = [_supp(protocol, name, table, column) for column in own]
        if parts:
            whole = pl.concat(parts).sort("USUBJID", pl.col("IDVARVAL").cast(pl.Int64),
                                          maintain_order=True)  # fmt: skip
            found[f"{_SUPP}{name}"] = whole
    return found


def _supp(protocol: Protocol, domain: str, table: pl.DataFrame, column: str) -> pl.DataFrame:
    code = column.partition(".")[2]
    label = qualifier_labels(protocol).get((f"{_SUPP}{domain}", code), code)
    number = f"{domain}SEQ"
    return table.filter(pl.col(column).is_not_null()).select(
        "STUDYID",
        "USUBJID",
        RDOMAIN=pl.lit(domain),
        IDVAR=pl.lit(number),
        IDVARVAL=pl.col(number).cast(pl.Int64).cast(pl.String),
        QNAM=pl.lit(code),
        QLABEL=pl.lit(label[:_MOST_LABEL]),
        QVAL=pl.col(column),
        QORIG=pl.lit("CRF"),
    )


def qualifier_labels(protocol: Protocol) -> dict[tuple[str, str], str]:
    """(domain, QNAM) -> the question, of every qualifier that forms ask."""
    return {
        (item.home.domain, item.home.code): item.label
        for form in forms_of(protocol).values()
        for item in form.items
        if item.home.domain.startswith(_SUPP)
    }


def other_domains(record: Record) -> dict[str, pl.DataFrame]:
    """The domains of which the record has no table: a row for each row of a form, or each test."""
    table = record.table("collected")
    domains = sorted({d.removeprefix(_SUPP) for d in table["domain"].to_list()})
    return {domain: _domain(record, domain) for domain in domains}


def _domain(record: Record, domain: str) -> pl.DataFrame:
    rows = identified(record, "collected", domain)
    rows = rows.filter(pl.col("domain").is_in([domain, f"{_SUPP}{domain}"]))
    visits = rows.with_columns(**when(domain))
    made = [dict(one) for one in _by_row(visits, domain)]
    names = list(dict.fromkeys(name for one in made for name in one))
    schema = {name: pl.Float64 if name in _numbers(domain) else pl.String for name in names}
    whole = pl.DataFrame(made, schema=schema).sort("USUBJID", "_order", maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).over("USUBJID").cast(pl.Float64)
    first = ["STUDYID", "DOMAIN", "USUBJID", f"{domain}SEQ"]
    whole = whole.with_columns(number.alias(f"{domain}SEQ")).rename({"_order": FORM_OF_ROW})
    last = [name for name in names if name in _LAST]
    rest = [c for c in whole.columns if c not in (*first, *last)]
    return whole.select(*first, *rest, *last)


_LAST: Final = ("VISITNUM", "VISIT")


def _numbers(domain: str) -> tuple[str, ...]:
    return (f"{domain}DY", "VISITNUM", f"{domain}DOSE", f"{domain}STRESN")


def _by_row(rows: pl.DataFrame, domain: str) -> Iterator[dict[str, Any]]:
    """One mapping for each row of a form; of findings, for each of its tests."""
    made: dict[tuple[str, str], dict[str, Any]] = {}
    for one in rows.iter_rows(named=True):
        is_finding = one["variable"] == f"{domain}ORRES"
        key = (one["form"], one["code"] if is_finding else "")
        row = made.setdefault(key, _begun(one, domain))
        if is_finding:
            row |= _finding(one, domain)
        elif one["domain"].startswith(_SUPP):
            row[f"{_SUPP}{domain}.{one['code']}"] = one["answer"]
        else:
            value = one["answer"]
            row[one["variable"]] = float(value) if one["variable"] in _numbers(domain) else value
            if one["unit"] and one["variable"] == f"{domain}DOSE":
                row[f"{domain}DOSU"] = one["unit"]
    yield from made.values()


def _begun(one: dict[str, Any], domain: str) -> dict[str, Any]:
    row = {name: one[name] for name in ("STUDYID", "DOMAIN", "USUBJID")}
    row["_order"] = one["form"]
    if one["visit"] is not None:
        row |= {name: one[name] for name in ("VISITNUM", "VISIT", f"{domain}DTC", f"{domain}DY")}
    return row


def _finding(one: dict[str, Any], domain: str) -> dict[str, Any]:
    return {
        f"{domain}TESTCD": one["code"], f"{domain}TEST": one["text"],
        f"{domain}ORRES": one["answer"], f"{domain}ORRESU": one["unit"] or None,
        f"{domain}STRESC": one["answer"],
    }  # fmt: skip
