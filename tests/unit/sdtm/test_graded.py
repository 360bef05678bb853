"""LBTOXGR is the grade that ADLB gives, of virtual patients and of values turned between units."""

from dataclasses import replace

import polars as pl
import pytest

import equipoise as eq
from equipoise.protocol.model import altered
from equipoise.sdtm.tabulate.tabulate import tabulate
from support.virtual import netter, virtual_record


def under(version):
    protocol = netter()
    return altered(protocol, safety=protocol.safety.model_copy(update={"ctcae": version}))


def both(record):
    """LB of the record and ADLB made from it, row by row."""
    data = tabulate(record)
    derived = eq.derive(eq.cut(data, look="PFS final"))
    mine = data.table("LB").select("USUBJID", pl.col("LBSEQ").cast(pl.Int64), "LBTOX", "LBTOXGR")
    other = derived.tables["ADLB"].select("USUBJID", "LBSEQ", "ATOXGR", "ATOXDSCL", "ATOXDSCH")
    return mine.join(other.cast({"LBSEQ": pl.Int64}), on=["USUBJID", "LBSEQ"], how="inner")


@pytest.mark.parametrize("version", ["4.03", "5.0", "6.0"])
def test_grades_are_those_of_adlb(version):
    rows = both(replace(virtual_record(), protocol=under(version)))
    assert rows.height > 1000
    signed = rows["ATOXGR"].str.strip_chars_start("-")
    assert rows["LBTOXGR"].eq_missing(signed).all()
    assert rows["LBTOXGR"].n_unique() > 3
    term = pl.when(pl.col("ATOXGR").str.starts_with("-")).then("ATOXDSCL").otherwise("ATOXDSCH")
    off = rows.filter(pl.col("LBTOXGR").is_in(["1", "2", "3", "4"]))
    assert off.select((pl.col("LBTOX") == term).all()).item()
    assert rows.filter(pl.col("LBTOXGR") == "0")["LBTOX"].null_count() == (
        rows.filter(pl.col("LBTOXGR") == "0").height
    )


def test_grades_of_values_in_several_units_are_those_of_adlb():
    """Every other hemoglobin in g/dL, the baselines among them."""
    record = virtual_record()
    labs = record.table("labs").with_row_index("_n")
    turned = (pl.col("code") == "HGB") & (pl.col("_n") % 2 == 0)
    columns = [pl.when(turned).then(pl.col(c) / 10).otherwise(c).alias(c)
               for c in ("value", "lower", "upper")]  # fmt: skip
    unit = pl.when(turned).then(pl.lit("g/dL")).otherwise("unit").alias("unit")
    labs = labs.with_columns(*columns, unit).drop("_n")
    rows = both(replace(record, tables={**record.tables, "labs": labs}))
    assert rows["LBTOXGR"].eq_missing(rows["ATOXGR"].str.strip_chars_start("-")).all()


def test_without_a_range_nothing_is_said_to_be_normal():
    record = virtual_record()
    labs = record.table("labs").with_columns(
        pl.when(pl.col("code") == "PLAT").then(c).alias(c) for c in ("lower", "upper")
    )
    lb = tabulate(replace(record, tables={**record.tables, "labs": labs})).table("LB")
    told = lb.filter(pl.col("LBNRIND").is_not_null())["LBTESTCD"]
    assert told.unique().to_list() == ["PLAT"]
    assert len(told) == lb.filter(pl.col("LBTESTCD") == "PLAT").height


def test_a_protocol_that_grades_by_nothing_has_no_grades():
    lb = tabulate(replace(virtual_record(), protocol=under(None))).table("LB")
    assert not {"LBTOX", "LBTOXGR"} & set(lb.columns)
