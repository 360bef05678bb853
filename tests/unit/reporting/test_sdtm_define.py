"""define.xml against the files beside it: every variable of every dataset of both examples."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pyreadstat
import pytest

from equipoise.reporting.package.checks import against_schema
from equipoise.reporting.package.package import write_package
from equipoise.reporting.package.tabulation import terms as terms_module
from equipoise.reporting.package.tabulation.described import described, form_of, known, origin_of
from support.looks import netter_results
from support.street import pilot_results

ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
DEF = "{http://www.cdisc.org/ns/def/v2.1}"
PLACES = [
    (trial, place) for trial in ("pilot", "netter")
    for place in ("tabulations/sdtm", "analysis/adam/datasets")
]  # fmt: skip
SDTM = [one for one in PLACES if one[1] == "tabulations/sdtm"]
ORIGINS = {
    "Collected": {"Investigator", "Subject", "Vendor"}, "Derived": {"Sponsor", "Vendor"},
    "Assigned": {"Sponsor", "Vendor"}, "Protocol": {"Sponsor"}, "Predecessor": {"Sponsor"},
}  # fmt: skip


@cache
def home(trial: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="equipoise-m5-")) / "m5"
    made = write_package(pilot_results() if trial == "pilot" else netter_results(), folder)
    assert made.problems == ()
    (study,) = (folder / "datasets").iterdir()
    return study


@cache
def defined(trial: str, place: str) -> Any:
    return ElementTree.fromstring((home(trial) / place / "define.xml").read_bytes())


def by_oid(trial: str, place: str, tag: str) -> dict[str, Any]:
    space = DEF if tag in ("ValueListDef", "WhereClauseDef", "CommentDef") else ODM
    return {str(one.get("OID")): one for one in defined(trial, place).iter(f"{space}{tag}")}


def variables(trial: str, place: str) -> Iterator[tuple[str, Any, pl.Series, Any]]:
    """Dataset, ItemDef, values and what the file says of its variables."""
    items = by_oid(trial, place, "ItemDef")
    for name, group in by_oid(trial, place, "ItemGroupDef").items():
        path = home(trial) / place / f"{name.removeprefix('IG.').lower()}.xpt"
        table, meta = pyreadstat.read_xport(str(path), output_format="polars")
        named = [str(items[str(r.get("ItemOID"))].get("Name")) for r in group.iter(f"{ODM}ItemRef")]
        assert named == list(meta.column_names), name
        assert [r.get("OrderNumber") for r in group.iter(f"{ODM}ItemRef")] == [
            str(n) for n in range(1, len(named) + 1)
        ]
        for reference in group.iter(f"{ODM}ItemRef"):
            item = items[str(reference.get("ItemOID"))]
            yield name, item, table[str(item.get("Name"))], meta


def values_of(column: pl.Series) -> list[str]:
    if column.dtype == pl.String:
        return [v for v in column.unique().to_list() if v]
    return [f"{v:.0f}" if float(v).is_integer() else repr(v)
            for v in column.drop_nulls().unique().to_list()]  # fmt: skip


def coded(trial: str, place: str, item: Any) -> set[str] | None:
    """The terms of an item; None where it has none, or an external list."""
    reference = item.find(f"{ODM}CodeListRef")
    if reference is None:
        return None
    terms = by_oid(trial, place, "CodeList")[reference.get("CodeListOID")]
    if terms.find(f"{ODM}ExternalCodeList") is not None:
        return None
    return {str(one.get("CodedValue")) for one in terms if one.get("CodedValue") is not None}


@pytest.mark.parametrize(("trial", "place"), PLACES)
def test_every_variable_is_as_its_file_has_it(trial: str, place: str) -> None:
    count = 0
    for name, item, column, meta in variables(trial, place):
        count += 1
        where, kind = f"{name}.{item.get('Name')}", str(item.get("DataType"))
        label = item.find(f"{ODM}Description/{ODM}TranslatedText").text
        assert meta.column_names_to_labels[item.get("Name")] == label, where
        is_text = column.dtype == pl.String
        assert is_text == (kind not in ("integer", "float")), where
        assert item.get("SASFieldName") == item.get("Name"), where
        if kind == "text":
            width = meta.variable_storage_width[item.get("Name")]
            assert int(str(item.get("Length"))) == width, where
        if kind in ("integer", "float"):
            assert item.get("Length") == "8", where
            numbers = column.drop_nulls().cast(pl.Float64, strict=False)
            assert (kind == "float") or bool((numbers == numbers.round(0)).all()), where
            assert (item.get("SignificantDigits") is not None) == (kind == "float"), where
        if kind == "date":
            assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", v) for v in values_of(column)), where
    assert count > 100


@pytest.mark.parametrize(("trial", "place"), PLACES)
def test_every_codelist_has_every_value_that_is_found(trial: str, place: str) -> None:
    lists = 0
    for name, item, column, _ in variables(trial, place):
        terms = coded(trial, place, item)
        if terms is not None:
            lists += 1
            assert set(values_of(column)) <= terms, (name, item.get("Name"))
    assert lists > 10
    for terms in by_oid(trial, place, "CodeList").values():
        told = [one.get("CodedValue") for one in terms if one.get("CodedValue") is not None]
        assert len(told) == len(set(told))
        for one in terms.iter(f"{ODM}CodeListItem"):
            assert one.find(f"{ODM}Decode/{ODM}TranslatedText").text


@pytest.mark.parametrize(("trial", "place"), PLACES)
def test_every_variable_says_where_it_comes_from(trial: str, place: str) -> None:
    methods = by_oid(trial, place, "MethodDef")
    asked = {
        str(r.get("ItemOID")): r.get("MethodOID")
        for r in defined(trial, place).iter(f"{ODM}ItemRef")
    }
    for oid, item in by_oid(trial, place, "ItemDef").items():
        (origin,) = item.findall(f"{DEF}Origin")
        assert origin.get("Source") in ORIGINS[str(origin.get("Type"))], oid
        if origin.get("Type") == "Derived" and place.startswith("tabulations"):
            assert asked[oid] in methods, oid
        assert asked[oid] is None or asked[oid] in methods
    assert set(methods) == {method for method in asked.values() if method}


@pytest.mark.parametrize(("trial", "place"), PLACES)
def test_what_is_named_is_defined_and_what_is_defined_is_named(trial: str, place: str) -> None:
    root = defined(trial, place)
    every = [one.get("OID") for one in root.iter() if one.get("OID")]
    assert len(every) == len(set(every))
    named = {
        value for one in root.iter() for key, value in one.attrib.items()
        if key.rpartition("}")[2] in ("ItemOID", "CodeListOID", "MethodOID", "ValueListOID",
                                      "WhereClauseOID", "CommentOID", "StandardOID")
    }  # fmt: skip
    assert named <= set(every)
    for tag in ("ItemDef", "CodeList", "MethodDef", "ValueListDef", "WhereClauseDef", "CommentDef"):
        assert set(by_oid(trial, place, tag)) <= named, tag


@pytest.mark.parametrize(("trial", "place"), SDTM)
def test_levels_hold_the_values_of_their_code(trial: str, place: str) -> None:
    items, wheres = by_oid(trial, place, "ItemDef"), by_oid(trial, place, "WhereClauseDef")
    columns = {str(item.get("OID")): column for _, item, column, _ in variables(trial, place)}
    seen = 0
    for values in by_oid(trial, place, "ValueListDef").values():
        for reference in values.iter(f"{ODM}ItemRef"):
            level = items[str(reference.get("ItemOID"))]
            clause = wheres[reference.find(f"{DEF}WhereClauseRef").get("WhereClauseOID")]
            check = clause.find(f"{ODM}RangeCheck")
            code = check.find(f"{ODM}CheckValue").text
            by = columns[check.get(f"{DEF}ItemOID")]
            owner = str(reference.get("ItemOID")).removesuffix(f".{code}")
            found = values_of(columns[owner].filter(by == code))
            assert found, reference.get("ItemOID")
            assert max(len(v.encode()) for v in found) == int(str(level.get("Length")))
            if level.get("DataType") == "integer":
                assert all(re.fullmatch(r"-?\d+", v) for v in found)
            if level.get("DataType") == "float":
                longest = max(len(v.partition(".")[2].rstrip("0")) for v in found)
                assert int(str(level.get("SignificantDigits"))) == longest
            terms = coded(trial, place, level)
            assert terms is None or set(found) <= terms
            seen += 1
    assert seen > 10


@pytest.mark.parametrize(("trial", "place"), SDTM)
def test_the_keys_of_a_dataset_name_one_record(trial: str, place: str) -> None:
    tables = (pilot_results() if trial == "pilot" else netter_results()).data.snapshot.tables
    for name, table in tables.items():
        one = described(name, table, {})
        assert one.keys, name
        assert table.select(one.keys).is_unique().all(), name


def test_the_schema_finds_a_leaf_out_of_place_and_a_word_that_is_none(tmp_path: Path) -> None:
    text = (home("pilot") / "tabulations/sdtm/define.xml").read_text("utf-8")
    (tmp_path / "define.xml").write_text(text, "utf-8")
    assert list(against_schema(tmp_path / "define.xml")) == []
    (tmp_path / "define.xml").write_text(text.replace('Type="Protocol"', 'Type="Told"', 1), "utf-8")
    (told,) = against_schema(tmp_path / "define.xml")
    assert "Told" in told


def test_a_list_that_leaves_out_what_was_found_would_be_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ae = pilot_results().data.snapshot.tables["AE"]
    (right,) = (v for v in described("AE", ae, {}).variables if v.name == "AEOUT")
    assert right.terms is not None
    assert set(ae["AEOUT"].drop_nulls()) <= set(right.terms.values)
    odd = ae.with_columns(AEOUT=pl.lit("GONE"))
    (told,) = (v for v in described("AE", odd, {}).variables if v.name == "AEOUT")
    assert told.terms is not None
    assert told.terms.extended == {"GONE"}
    monkeypatch.setattr(terms_module, "_standard", lambda name, values, where: replace(right.terms))
    (wrong,) = (v for v in described("AE", odd, {}).variables if v.name == "AEOUT")
    assert wrong.terms is not None
    assert not set(odd["AEOUT"]) <= set(wrong.terms.values)


def test_forms_hold_their_values() -> None:
    assert form_of(pl.Series("A", [1.0, 2.5, None])).digits == 1
    assert form_of(pl.Series("A", [1.0, 2.0])).kind == "integer"
    assert form_of(pl.Series("X", ["2020-01-02", None]), "DTC").kind == "date"
    assert form_of(pl.Series("X", ["2020-01-02", "2020-01"]), "DTC").kind == "partialDate"
    assert form_of(pl.Series("X", ["2020-01-02T10:30"]), "DTC").kind == "datetime"
    assert form_of(pl.Series("X", ["2020-01-02T10:30", "2020"]), "DTC").kind == "incompleteDatetime"
    assert form_of(pl.Series("X", ["é", None])).length == 2


def test_origins_are_by_role() -> None:
    assert origin_of("QS", "QSORRES").source == "Subject"
    assert origin_of("LB", "LBORRES").source == "Vendor"
    assert origin_of("AE", "AETERM").source == "Investigator"
    assert origin_of("TV", "TVSTRL").kind == "Protocol"
    assert origin_of("VS", "VSDY").method.startswith("Days from RFSTDTC")
    for name in known()["origins"]["Derived"]["whole"]:
        assert known()["methods"][name]
