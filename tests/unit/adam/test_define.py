"""Define-XML and the three forms of the derived datasets: read again, all values are the same."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.adam.study import cut_at
from equipoise.adam.submit.define import SUFFIX, FileForm, define_xml, portable
from equipoise.adam.submit.files import write_adam
from equipoise.adam.submit.metadata import LABEL_BYTES, metadata
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.read.formats import read_file
from equipoise.sdtm.read.read import read_sdtm
from support import onco
from support.portable import restored
from support.street import pilot_folder, pilot_protocol
from support.virtual import netter, virtual_sdtm

ALL = {"ADSL", "ADAE", "ADLB", "ADRS", "ADTR", "ADCM", "ADEX", "ADQS", "ADTTE", "ADSRC"}


@cache
def data() -> ADaM:
    return derive(cut_at(virtual_sdtm(), look="PFS final", protocol=netter()))


@cache
def example() -> ADaM:
    return derive(cut(onco.collected(), date=None, look="PFS final"), protocol=onco.protocol())


@cache
def pilot() -> ADaM:
    collected = read_sdtm(pilot_folder(), protocol=pilot_protocol())
    return derive(cut_at(collected))


@pytest.mark.parametrize("form", ["xpt", "dataset-json", "parquet"])
def test_written_and_read_again_all_values_are_the_same(form: FileForm, tmp_path: Path) -> None:
    paths = write_adam(data(), tmp_path, form=form)
    assert {p.stem.upper() for p in paths} == ALL | {"DEFINE"}
    for name, table in data().tables.items():
        raw = read_file(tmp_path / f"{name.lower()}{SUFFIX[form]}")
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


@pytest.mark.parametrize("named", ["netter1", "onco", "pilot"])
def test_every_variable_says_where_it_comes_from_or_how_it_was_made(named: str) -> None:
    made = {"netter1": data, "onco": example, "pilot": pilot}[named]()
    for dataset in metadata(made):
        for v in dataset.variables:
            assert bool(v.source) != bool(v.method), (dataset.name, v.name)
            assert (v.origin == "Predecessor") == bool(v.source)


def test_a_variable_without_a_label_or_method_is_seen() -> None:
    """The tests above would fail for a new column that nobody described."""
    table = data().tables["ADSL"].with_columns(XNEW=pl.lit(1))
    other = ADaM({**data().tables, "ADSL": table}, data().snapshot, data().protocol)
    (new,) = [v for d in metadata(other) for v in d.variables if v.name == "XNEW"]
    assert (new.label, new.source, new.method) == ("XNEW", "", "")


def test_where_variables_come_from() -> None:
    found = {(d.name, v.name): v for d in metadata(data()) for v in d.variables}
    assert found["ADSL", "SEX"].source == "DM.SEX"
    assert found["ADSL", "UPTAKE"].source == "SUPPDM.QVAL where QNAM is UPTAKE"
    assert found["ADAE", "TRT01P"].source == "ADSL.TRT01P"
    assert found["ADTR", "TULOC"].source == "TU.TULOC"
    assert found["ADLB", "LBDTC"].source == "LB.LBDTC"
    assert found["ADTTE", "AVAL"].method.startswith("ADT minus STARTDT")
    assert found["ADSL", "ITTFL"].method == "Y for the population of the protocol: randomized"


def test_the_define_fits_the_schema_and_the_rules_of_odmlib(tmp_path: Path) -> None:
    import odmlib.define_loader as definitions
    import odmlib.loader as loading
    from odmlib.define_2_1.rules.metadata_schema import MetadataSchema
    from odmlib.odm_parser import ODMSchemaValidator
    from odmlib.oid_generator import create_oid_checker

    path = tmp_path / "define.xml"
    path.write_text(define_xml(data()), "utf-8")
    ODMSchemaValidator(standard="define", version="2.1").validate_file(str(path))
    loader = loading.ODMLoader(definitions.XMLDefineLoader(model_package="define_2_1"))
    loader.open_odm_document(str(path))
    root = loader.load_odm()
    assert root.verify_order()
    assert root.verify_oids(create_oid_checker("define_2_1"))
    assert root.verify_conformance(MetadataSchema())
    version = root.Study.MetaDataVersion
    methods = {m.OID for m in version.MethodDef}
    used = {r.MethodOID for g in version.ItemGroupDef for r in g.ItemRef if r.MethodOID}
    assert used == methods
    for item in version.ItemDef:
        (origin,) = item.Origin
        assert (origin.Type == "Derived") == (f"MT{item.OID.removeprefix('IT')}" in methods)
        assert origin.Type == "Derived" or origin.Description.TranslatedText[0]._content


def test_the_schema_of_define_sees_a_fault(tmp_path: Path) -> None:
    from odmlib.odm_parser import ODMSchemaValidator

    path = tmp_path / "define.xml"
    path.write_text(define_xml(data()).replace('DataType="float"', 'DataType="real"'), "utf-8")
    with pytest.raises(Exception, match="real"):
        ODMSchemaValidator(standard="define", version="2.1").validate_file(str(path))


def test_dataset_json_says_types_lengths_and_keys(tmp_path: Path) -> None:
    """Dataset-JSON 1.1: a date is ISO text that stands for a number; an integer is no double."""
    from odmlib.dataset_json_1_1.model import DatasetJSON

    write_adam(data(), tmp_path, form="dataset-json")
    content = json.loads((tmp_path / "adtte.json").read_text("utf-8"))
    columns = {c["name"]: c for c in content["columns"]}
    assert columns["ADT"]["dataType"] == "date"
    assert columns["ADT"]["targetDataType"] == "integer"
    assert columns["ADT"]["displayFormat"] == "DATE9."
    assert columns["CNSR"]["dataType"] == "integer"
    assert columns["USUBJID"] == {
        "itemOID": "IT.ADTTE.USUBJID",
        "name": "USUBJID",
        "label": "Unique Subject Identifier",
        "dataType": "string",
        "length": len("NETTER-1-0001"),
        "keySequence": 1,
    }
    assert columns["PARAMCD"]["keySequence"] == 2
    assert content["label"] == "Time-to-Event Analysis Dataset"
    assert content["itemGroupOID"] == "IG.ADTTE"
    row = dict(zip(columns, content["rows"][0], strict=True))
    first = data().tables["ADTTE"].row(0, named=True)
    assert row["ADT"] == first["ADT"].isoformat()
    assert row["AVAL"] == first["AVAL"]
    assert isinstance(row["CNSR"], int)
    described = DatasetJSON.from_dict({k: v for k, v in content.items() if k != "rows"})
    assert described.records == len(content["rows"]) == data().tables["ADTTE"].height


def test_dates_in_xpt_have_the_format_of_a_date(tmp_path: Path) -> None:
    import pyreadstat

    write_adam(data(), tmp_path, form="xpt")
    table, meta = pyreadstat.read_xport(tmp_path / "adtte.xpt", output_format="polars")
    assert meta.original_variable_types["ADT"].startswith("DATE9")
    assert meta.original_variable_types["AVAL"] != meta.original_variable_types["ADT"]
    assert table["ADT"].to_list() == data().tables["ADTTE"]["ADT"].to_list()


LONG = "sum 61.0 mm is 12.0 mm above the nadir of 49.0 mm; über " * 9  # two bytes for one letter


def long_texts() -> ADaM:
    """ADRS with one reason of some 500 bytes, one of exactly 200, and one without a space."""
    table = data().tables["ADRS"].head(4)
    reasons = [LONG.strip(), "x" * 200, "y" * 451, None]
    table = table.with_columns(REASON=pl.Series(reasons, dtype=pl.String))
    return ADaM({**data().tables, "ADRS": table}, data().snapshot, data().protocol)


@pytest.mark.parametrize("form", ["xpt", "dataset-json", "parquet"])
def test_long_texts_come_back_whole(form: FileForm, tmp_path: Path) -> None:
    made = long_texts()
    write_adam(made, tmp_path, form=form, encoding="utf-8")
    raw = read_file(tmp_path / f"adrs{SUFFIX[form]}")
    table = made.tables["ADRS"]
    again = restored(raw.table, dict(table.schema))
    assert again["REASON"].to_list() == table["REASON"].to_list()
    pieces = [c for c in raw.table.columns if c.startswith("REASON")]
    assert pieces == (["REASON", "REASON1", "REASON2"] if form == "xpt" else ["REASON"])
    if form == "xpt":
        for name in pieces:
            assert raw.table[name].str.len_bytes().max() <= 200
        assert raw.labels["REASON2"] == "Why the Value Is What It Is part 3"
        described = define_xml(made, form="xpt")
        assert all(f'OID="IT.ADRS.{name}"' in described for name in pieces)


def test_the_same_data_are_the_same_file() -> None:
    assert define_xml(data()) == define_xml(data())


def test_a_date_is_a_number_of_days_and_comes_back() -> None:
    table = pl.DataFrame({"D": ["1960-01-02", None, "1959-12-31"], "L": [[1, 2], None, [3]]})
    table = table.with_columns(pl.col("D").str.to_date())
    flat = portable(table)
    assert flat["D"].to_list() == [1.0, None, -1.0]
    assert flat["L"].to_list() == ["1, 2", None, "3"]
    assert_frame_equal(restored(flat, dict(table.schema)), table)
