"""A define.xml in the folder is compared with the data."""

from pathlib import Path

import polars as pl
import pytest

from equipoise.errors import DataError
from equipoise.sdtm.read.read import read_sdtm
from equipoise.sdtm.read.write import write_xpt
from support.sdtm import set_cell, tables

HEAD = '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3"><Study><MetaDataVersion>'
TAIL = "</MetaDataVersion></Study></ODM>"
TERMS = "".join(f'<EnumeratedItem CodedValue="{term}"/>' for term in "YN")
YES_NO = f'<CodeList OID="CL.NY">{TERMS}</CodeList>'


def define(data: dict[str, pl.DataFrame], **lengths: int) -> str:
    """A define.xml that fits the tables, but for lengths given by variable."""
    groups, items = [], []
    for name, table in data.items():
        references = []
        for column, dtype in table.schema.items():
            oid = f"IT.{name}.{column}"
            kind = "float" if dtype.is_numeric() else "text"
            code = '<CodeListRef CodeListOID="CL.NY"/>' if column == "AESER" else ""
            length = lengths.get(column, 200)
            references.append(f'<ItemRef ItemOID="{oid}" Mandatory="Yes"/>')
            items.append(
                f'<ItemDef OID="{oid}" Name="{column}" DataType="{kind}" Length="{length}">'
                f"{code}</ItemDef>"
            )
        groups.append(
            f'<ItemGroupDef OID="IG.{name}" Name="{name}">{"".join(references)}</ItemGroupDef>'
        )
    return HEAD + "".join(groups) + "".join(items) + YES_NO + TAIL


def found(folder: Path, data: dict[str, pl.DataFrame], xml: str) -> list[str]:
    write_xpt(data, folder)
    (folder / "define.xml").write_text(xml)
    return [f"{f.place}: {f.message}" for f in read_sdtm(folder).findings if f.rule == "S08"]


def test_data_that_are_as_described_give_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, tables(), define(tables())) == []
    assert read_sdtm(tmp_path).findings == ()


def test_a_table_and_columns_that_are_missing(tmp_path: Path) -> None:
    data = {name: table for name, table in tables().items() if name != "SUPPAE"}
    data["AE"] = data["AE"].drop("AEBODSYS").with_columns(AEX=pl.lit("x"))
    told = found(tmp_path, data, define(tables()))
    assert told == [
        "ae.xpt: define.xml calls for columns that are missing: AEBODSYS",
        "ae.xpt: columns that define.xml does not have: AEX",
        "define.xml: define.xml describes SUPPAE, and there is no such file",
    ]


def test_a_table_that_is_not_described(tmp_path: Path) -> None:
    described = {name: table for name, table in tables().items() if name != "LB"}
    assert found(tmp_path, tables(), define(described)) == ["lb.xpt: define.xml has no LB"]


def test_values_outside_codelist_and_length(tmp_path: Path) -> None:
    data = tables()
    data["AE"] = set_cell(data["AE"], 1, AESER="U")
    told = found(tmp_path, data, define(tables(), AEDECOD=5))
    assert 'ae.xpt row 2 AESER: "U" is not in the codelist of define.xml' in told
    assert 'ae.xpt row 2 AEDECOD: "Headache" is longer than the 5 that define.xml says' in told
    assert len(told) == 3  # and "Sepsis"


def test_a_number_that_is_none(tmp_path: Path) -> None:
    xml = define(tables()).replace(
        'Name="AEDECOD" DataType="text"', 'Name="AEDECOD" DataType="float"'
    )
    assert 'ae.xpt row 1 AEDECOD: "Rash" is no number, and define.xml says float' in found(
        tmp_path, tables(), xml
    )


def test_one_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"define\.xml: cannot be read: no element found"):
        found(tmp_path, tables(), define(tables())[:400].partition("<Item")[0])


def test_one_that_describes_nothing_says_so(tmp_path: Path) -> None:
    assert found(tmp_path, tables(), "<x/>") == ["define.xml: describes no table"]
