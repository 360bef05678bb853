"""Who may not know an arm finds none in the data."""

from __future__ import annotations

import polars as pl
import pytest

from equipoise.sdtm.tabulate.pooled import arm_words, pooled
from support.virtual import netter, virtual_sdtm

OF_THE_TRIAL = ("TA", "TE", "TV", "TI", "TS")


def cells(data):
    """Every text of every subject's records, in small letters."""
    for name, table in data.tables.items():
        if name not in OF_THE_TRIAL:
            for column in (c for c, kind in table.schema.items() if kind == pl.String):
                yield from ((name, column, one) for one in table[column].drop_nulls().unique())


def told(data):
    words = [word for word in arm_words(netter()) if len(word) > 2]
    return {(name, column) for name, column, one in cells(data)
            if any(word in one.lower() for word in words)}  # fmt: skip


@pytest.fixture(scope="module")
def shown():
    return pooled(virtual_sdtm(), netter())


def test_no_cell_names_an_arm_or_a_drug(shown):
    assert told(virtual_sdtm())
    assert told(shown[0]) == set()


def test_no_visit_is_one_arms_alone(shown):
    assert not [
        one for _, column, one in cells(shown[0]) if column == "VISIT" and "Infusion" in one
    ]
    whole, left = (data.table("LB") for data in (virtual_sdtm(), shown[0]))
    assert left.height == whole.height
    assert left["VISIT"].null_count() == whole["VISIT"].str.starts_with("Infusion").sum()


def test_what_is_left_out_is_counted(shown):
    data, gone = shown
    whole = virtual_sdtm()
    assert {"EX", "EC", "SE", "SV"} <= set(gone)
    for name, table in whole.tables.items():
        left = data.tables[name].height if name in data.tables else 0
        assert table.height - left == gone.get(name, 0), name
    assert data.table("DM").height == whole.table("DM").height
    assert set(whole.table("DM").columns) - set(data.table("DM").columns) == {
        "ARM", "ARMCD", "ACTARM", "ACTARMCD", "ARMNRS", "RFXSTDTC", "RFXENDTC",
    }  # fmt: skip
