"""Data for those who may not know an arm: what tells one subject's arm is left out, and told."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from equipoise.conduct.exchange.arm_words import arm_words, visits_of_some_arms
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM

_OF_ARMS: Final = ("EC", "EX", "SE", "SUPPEC", "SUPPEX", "RELREC")
_IN_DM: Final = ("ARM", "ARMCD", "ACTARM", "ACTARMCD", "ARMNRS", "RFXSTDTC", "RFXENDTC")
_PLANNED: Final = ("TA", "TE", "TV", "TI", "TS")  # of the trial, of no subject
_SHORT: Final = 3  # characters; a shorter name of an arm is looked for as a whole cell alone


def pooled(data: SDTM, protocol: Protocol) -> tuple[SDTM, dict[str, int]]:
    """The data without what names an arm or a drug of an arm, and how many rows of each domain go.

    Left out are doses and elements as a whole, the columns of arms in DM, visits that one arm alone
    has, and any row that names an arm or a drug.
    Checked  tests/unit/sdtm/test_pooled.py (no cell of a subject's names an arm or a drug).
    """
    named, own = arm_words(protocol), _visits_of_arms(protocol)
    kept, gone = {}, {}
    for name, table in data.tables.items():
        if name in _PLANNED:
            kept[name] = table
            continue
        if name in _OF_ARMS:
            gone[name] = table.height
            continue
        whole = table.drop([c for c in _IN_DM if c in table.columns]) if name == "DM" else table
        kept[name] = _without(whole, named, own, is_visits=name == "SV")
        gone |= {name: lost} if (lost := table.height - kept[name].height) else {}
    files = {name: data.files[name] for name in kept}
    return replace(data, tables=kept, files=files), gone


def _visits_of_arms(protocol: Protocol) -> tuple[str, ...]:
    """How the visits begin that go with the doses of some arms only."""
    visits = protocol.visits
    return tuple((visits[key].label or key).capitalize() for key in visits_of_some_arms(protocol))


def _without(
    table: pl.DataFrame, named: tuple[str, ...], own: tuple[str, ...], *, is_visits: bool
) -> pl.DataFrame:
    text = [c for c, kind in table.schema.items() if kind == pl.String]
    short, long = ([w for w in named if (len(w) < _SHORT) is here] for here in (True, False))
    tells = pl.lit(False)
    for column in text:
        cell = pl.col(column).str.to_lowercase()
        tells = tells | cell.is_in(short).fill_null(False)
        for word in long:
            tells = tells | cell.str.contains(word, literal=True).fill_null(False)
    if "VISIT" in table.columns and own:
        is_own = pl.any_horizontal(pl.col("VISIT").str.starts_with(one) for one in own)
        is_own = is_own.fill_null(False)
        if is_visits:
            tells = tells | is_own
        blank = {c: pl.when(~is_own).then(pl.col(c)) for c in ("VISIT", "VISITNUM")}
        return table.filter(~tells).with_columns(**blank)
    return table.filter(~tells)
