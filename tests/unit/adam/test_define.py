"""Define-XML and the three forms of the derived datasets: read again, all values are the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from equipoise.adam.define import Form, define_xml, portable, restored, write_adam
from equipoise.adam.derive import derive
from equipoise.adam.looks import cut_at
from equipoise.adam.metadata import LABEL_BYTES, metadata
from equipoise.adam.model import ADaM
from equipoise.sdtm.formats import read_file
from support.virtual import netter, virtual_sdtm

ALL = {"ADSL", "ADAE", "ADLB", "ADRS", "ADTR", "ADCM", "ADEX", "ADQS", "ADTTE"}


@cache
def data() -> ADaM:
    return derive(cut_at(virtual_sdtm(), look="PFS final", protocol=netter()))


@pytest.mark.parametrize("form", ["xpt", "json", "parquet"])
def test_written_and_read_again_all_values_are_the_same(form: Form, tmp_path: Path) -> None:
    paths = write_adam(data(), tmp_path, form=form)
    assert {p.stem.upper() for p in paths} == ALL | {"DEFINE"}
    for name, table in data().tables.items():
        raw = read_file(tmp_path / f"{name.lower()}.{form}")
        text = pl.col(pl.String)
        known = table.with_columns(pl.when(text != "").then(text).name.keep())
        again = restored(raw.table, dict(table.schema))
        assert_frame_equal(again, known, check_exact=True)
        assert raw.labels[table.columns[0]]


def test_every_variable_is_described_once_with_a_label_that_fits() -> None:
    for dataset in metadata(data()):
        table = data().tables[dataset.name]
        assert [v.name for v in dataset.variables] == table.columns
        assert dataset.records == table.height
        assert table.select(dataset.keys).is_unique().all()
        for v in dataset.variables:
            assert 0 < len(v.label.encode()) <= LABEL_BYTES
            assert len(v.name) <= 8
            assert v.label != v.name, (dataset.name, v.name)


def test_types_lengths_and_terms_are_those_of_the_values() -> None:
    found = {(d.name, v.name): v for d in metadata(data()) for v in d.variables}
    assert found["ADSL", "TRTSDT"].kind == "date"
    assert found["ADTTE", "AVAL"].kind == "integer"
    assert found["ADLB", "AVAL"].kind == "float"
    assert found["ADSL", "USUBJID"].length == len("NETTER-1-0001")
    assert found["ADSL", "SEX"].origin == "Predecessor"
    assert found["ADTTE", "CNSR"].origin == "Derived"
    for (dataset, name), variable in found.items():
        if variable.codelist is not None:
            values = data().tables[dataset][name].drop_nulls().cast(pl.String).unique()
            assert set(values) <= set(variable.codelist.values)
    lists = {k: v.codelist.id for k, v in found.items() if v.codelist}
    assert lists["ADTTE", "CNSR"] == "CNSR"
    assert lists["ADSL", "ITTFL"] == "NY"
    assert lists["ADRS", "ADTF"] == "DATEFL"


def test_odmlib_reads_the_define(tmp_path: Path) -> None:
    import odmlib.define_loader as definitions
    import odmlib.loader as loading

    path = tmp_path / "define.xml"
    path.write_text(define_xml(data()), "utf-8")
    loader = loading.ODMLoader(definitions.XMLDefineLoader(model_package="define_2_1"))
    loader.open_odm_document(str(path))
    version = loader.MetaDataVersion()
    assert {group.Name for group in version.ItemGroupDef} == ALL
    items = {item.OID for item in version.ItemDef}
    assert len(items) == len(version.ItemDef) == sum(t.width for t in data().tables.values())
    for group in version.ItemGroupDef:
        assert {ref.ItemOID for ref in group.ItemRef} <= items
        assert group.leaf.href == f"{group.Name.lower()}.parquet"
    used = {i.CodeListRef.CodeListOID for i in version.ItemDef if i.CodeListRef}
    assert used == {c.OID for c in version.CodeList}


def test_the_same_data_are_the_same_file() -> None:
    assert define_xml(data()) == define_xml(data())


def test_a_date_is_a_number_of_days_and_comes_back() -> None:
    table = pl.DataFrame({"D": ["1960-01-02", None, "1959-12-31"], "L": [[1, 2], None, [3]]})
    table = table.with_columns(pl.col("D").str.to_date())
    flat = portable(table)
    assert flat["D"].to_list() == [1.0, None, -1.0]
    assert flat["L"].to_list() == ["1, 2", None, "3"]
    assert_frame_equal(restored(flat, dict(table.schema)), table)
