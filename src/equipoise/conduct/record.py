"""What happened: one noun, whoever filled it, the conduct service or virtual patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from equipoise.errors import InputError
from equipoise.protocol import Protocol

_SUBJECT = {"subject": pl.String}
_VISIT = {"visit": pl.String, "number": pl.Float64, "date": pl.Date}

# table -> column -> type; a baseline variable is a further column of `subjects`, and any other
# variable of SDTM (`AEACN`, `SUPPAE.AEREL1`) one of the table of its domain
COLUMNS: dict[str, dict[str, type[pl.DataType]]] = {
    "subjects": {
        **_SUBJECT,
        "site": pl.String,
        "country": pl.String,
        "consented": pl.Date,
        "randomized": pl.Date,
        "arm": pl.String,
        "died": pl.Date,
        "ended": pl.Date,
    },
    "visits": {
        **_SUBJECT,
        "key": pl.String,
        **_VISIT,
        "planned": pl.Date,
        "epoch": pl.String,
    },
    "doses": {
        **_SUBJECT,
        "drug": pl.String,
        "dose": pl.Float64,
        "unit": pl.String,
        "route": pl.String,
        "date": pl.Date,
        "last": pl.Date,
        "planned": pl.Date,
        "reason": pl.String,
    },
    "labs": {
        **_SUBJECT,
        "test": pl.String,
        "code": pl.String,
        "unit": pl.String,
        "value": pl.Float64,
        "lower": pl.Float64,
        "upper": pl.Float64,
        **_VISIT,
    },
    "assessments": {
        **_SUBJECT,
        "domain": pl.String,
        "category": pl.String,
        "test": pl.String,
        "code": pl.String,
        "unit": pl.String,
        "value": pl.Float64,
        **_VISIT,
    },
    "lesions": {
        **_SUBJECT,
        "lesion": pl.String,
        "role": pl.String,
        "organ": pl.String,
        "reader": pl.String,
        **_VISIT,
    },
    "measurements": {
        **_SUBJECT,
        "lesion": pl.String,
        "measure": pl.String,
        "size": pl.Float64,
        "state": pl.String,
        "reader": pl.String,
        **_VISIT,
    },
    "readings": {**_SUBJECT, "response": pl.String, "reader": pl.String, **_VISIT},
    "events": {
        **_SUBJECT,
        "term": pl.String,
        "system": pl.String,
        "grade": pl.Int64,
        "start": pl.Date,
        "end": pl.Date,
        "serious": pl.Boolean,
        "related": pl.Boolean,
        "outcome": pl.String,
    },
    "therapies": {
        **_SUBJECT,
        "therapy": pl.String,
        "category": pl.String,
        "start": pl.Date,
    },
    "milestones": {
        **_SUBJECT,
        "category": pl.String,
        "scope": pl.String,
        "what": pl.String,
        "term": pl.String,
        "epoch": pl.String,
        "date": pl.Date,
    },
    "exceptions": {
        **_SUBJECT,
        "criterion": pl.String,
        "category": pl.String,
        "text": pl.String,
        "date": pl.Date,
    },
    "collected": {
        **_SUBJECT,
        "form": pl.String,
        "domain": pl.String,
        "variable": pl.String,
        "code": pl.String,
        "text": pl.String,
        "answer": pl.String,
        "unit": pl.String,
        **_VISIT,
    },
    "not given": {
        **_SUBJECT,
        "drug": pl.String,
        "dose": pl.Float64,
        "unit": pl.String,
        "route": pl.String,
        "planned": pl.Date,
        "date": pl.Date,
        "state": pl.String,
        "reason": pl.String,
    },
    "departures": {
        **_SUBJECT,
        "category": pl.String,
        "text": pl.String,
        "date": pl.Date,
    },
}


ORIGINAL_LIMITS = ("LBORNRLO", "LBORNRHI")
"""Further columns of `labs`: the limits of normal as the laboratory told them, as text."""
FORM_OF_ROW = "_form"
"""A further column, where it is asked for: the form of the store that a row came from."""


@dataclass(frozen=True, eq=False, repr=False)
class Record:
    """One trial as it happened, one table per kind of thing, dates as dates.

    protocol : the protocol it was run under
    tables : table -> frame with at least the columns of `COLUMNS`
    virtual : whether the people are simulated; then `seed`, `trial` and `truth` say how
    """

    protocol: Protocol
    tables: Mapping[str, pl.DataFrame]
    virtual: bool = False
    seed: int | None = None
    trial: int = 0
    truth: str = ""

    def table(self, name: str) -> pl.DataFrame:
        """One table. Raises InputError if there is none of that name."""
        if name not in self.tables:
            raise InputError(f"there is no table {name!r}; tables here: {', '.join(self.tables)}")
        return self.tables[name]

    def __repr__(self) -> str:
        subjects = self.tables["subjects"]
        enrolled = subjects["randomized"].is_not_null().sum()
        who = "virtual patients" if self.virtual else "patients"
        how = f", truth {self.truth!r}, seed {self.seed}" if self.virtual else ""
        return f"Record  {self.protocol.trial.id}: {enrolled} {who} randomized{how}"


def record(
    protocol: Protocol,
    tables: Mapping[str, pl.DataFrame],
    *,
    virtual: bool = False,
    seed: int | None = None,
    trial: int = 0,
    truth: str = "",
) -> Record:
    """A Record whose every table is there and has its columns in their types.

    tables : those that hold something; the others become empty
    Raises   InputError naming the column that is missing or the table that is not known.
    """
    unknown = sorted(set(tables) - set(COLUMNS))
    if unknown:
        raise InputError(f"unknown table {unknown[0]!r}; expected one of {', '.join(COLUMNS)}")
    whole = {name: _typed(name, tables.get(name)) for name in COLUMNS}
    return Record(protocol, whole, virtual, seed, trial, truth)


def of_site(record: Record, site: str) -> Record:
    """The record of the subjects of one site."""
    own = record.table("subjects").filter(pl.col("site") == site)["subject"].implode()
    tables = {
        name: table.filter(pl.col("subject").is_in(own)) for name, table in record.tables.items()
    }
    return replace(record, tables=tables)


def _typed(name: str, table: pl.DataFrame | None) -> pl.DataFrame:
    columns = COLUMNS[name]
    if table is None:
        return pl.DataFrame(schema=columns)
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise InputError(f"{name}: there is no column {missing[0]!r}; found {table.columns}")
    return table.with_columns(pl.col(column).cast(kind) for column, kind in columns.items())
