"""One virtual subject entered many times, each time with another thing wrong, through commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.record import Record
from equipoise.protocol import Protocol
from support.conducted import Conducted, live
from support.entered import _lists, _work
from support.virtual import virtual_record

Tables = dict[str, pl.DataFrame]
Change = Callable[[Tables], None]
SUBJECT, UNTIL = "0074", dt.date(2014, 9, 1)
WHEN = {"events": "start", "therapies": "start", "subjects": "randomized"}
WEEK = "Tumor assessment, week {}"


@cache
def one_subject() -> Tables:
    """A subject who is alive, with three scans, four infusions and no end."""
    found = {}
    for name, table in virtual_record().tables.items():
        day = pl.col(WHEN.get(name, "date"))
        found[name] = table.filter((pl.col("subject") == SUBJECT) & (day < UNTIL))
    ended = [pl.lit(None, pl.Date).alias(name) for name in ("died", "ended")]
    return found | {"subjects": found["subjects"].with_columns(ended)}


def where(**said: Any) -> pl.Expr:
    return pl.all_horizontal(pl.col(name) == value for name, value in said.items())


def put(name: str, here: pl.Expr, **values: Any) -> Change:
    """Other values in some rows of a table."""

    def change(tables: Tables) -> None:
        table = tables[name]
        assert table.select(here.any()).item()
        tables[name] = table.with_columns(
            pl.when(here).then(pl.lit(value, table.schema[column])).otherwise(column).alias(column)
            for column, value in values.items()
        )

    return change


def drop(here: pl.Expr, *names: str) -> Change:
    """Rows that are not there."""

    def change(tables: Tables) -> None:
        for name in names:
            left = tables[name].filter(~here)
            assert left.height < tables[name].height
            tables[name] = left

    return change


def add(name: str, here: pl.Expr, **values: Any) -> Change:
    """A row once more, with other values."""

    def change(tables: Tables) -> None:
        table = tables[name]
        row = table.filter(here)[:1].with_columns(
            pl.lit(value, table.schema[column]).alias(column) for column, value in values.items()
        )
        assert row.height == 1
        tables[name] = pl.concat([table, row])

    return change


def copies(plants: dict[str, tuple[Change, ...]], protocol: Protocol | None = None) -> Record:
    """The record of one subject for each plant, who is called by its name."""
    record, made = virtual_record(), []
    record = replace(record, protocol=protocol or record.protocol)
    for name, changes in plants.items():
        tables = dict(one_subject())
        for change in changes:
            change(tables)
        made.append({
            key: table.with_columns(subject=pl.lit(name)) for key, table in tables.items()
        })  # fmt: skip
    return replace(record, tables={key: pl.concat([one[key] for one in made]) for key in made[0]})


def enter_planted(
    plants: dict[str, tuple[Change, ...]], folder: Path, *, protocol: Protocol | None = None
) -> tuple[Conducted, dict[str, list[str]]]:
    """The trial of these subjects, entered day by day, and what was refused of each."""
    record = copies(plants, protocol)
    subjects = record.table("subjects").sort("randomized", "subject", maintain_order=True)
    sites = {one["site"]: one["country"] for one in subjects.iter_rows(named=True)}
    trial = live(
        "sqlite", folder, protocol=record.protocol, sites=tuple(sites),
        served=_lists(record, subjects), start=subjects["consented"].min(), countries=sites,
    )  # fmt: skip
    refused: dict[str, list[str]] = {name: [] for name in plants}
    work = sorted(_work(record, subjects), key=lambda one: (one.day, one.phase, one.subject))
    for task in work:
        trial.clock.to(task.day)
        try:
            task.do(trial, task.subject)
        except RefusedError as problem:
            refused[task.subject] += problem.reasons
    trial.clock.to(UNTIL)
    return trial, refused
