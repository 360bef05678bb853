"""Dataset-JSON 1.1 with and without its optional parts, as a document and as lines; 1.0 named."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from equipoise.sdtm.read.dataset_json import read_dataset_json
from equipoise.sdtm.read.raw import UnreadableError

COLUMNS = [
    {"itemOID": "IT.AE.USUBJID", "name": "USUBJID", "label": "Subject", "dataType": "string"},
    {"itemOID": "IT.AE.AESEQ", "name": "AESEQ", "label": "Number", "dataType": "integer"},
    {"itemOID": "IT.AE.AESER", "name": "AESER", "label": "Serious", "dataType": "boolean"},
    {
        **{"itemOID": "IT.AE.AESTDTC", "name": "AESTDTC", "label": "Start"},
        **{"dataType": "date", "targetDataType": "integer", "displayFormat": "E8601DA."},
    },
    {"itemOID": "IT.AE.X", "name": "AEDOSE", "label": "", "dataType": "decimal"},
]
ROWS = [["S-1", 1, True, "2020-01-01", "1.50"], ["S-2", 2, False, None, None]]
WHOLE: dict[str, Any] = {
    "datasetJSONCreationDateTime": "2024-01-01T00:00:00",
    "datasetJSONVersion": "1.1.0",
    "itemGroupOID": "IG.AE",
    "records": 2,
    "name": "AE",
    "label": "Adverse Events",
    "columns": COLUMNS,
    "rows": ROWS,
}
OPTIONAL = {
    "fileOID": "f",
    "dbLastModifiedDateTime": "2024-01-01T00:00:00",
    "originator": "o",
    "sourceSystem": {"name": "s", "version": "1"},
    "studyOID": "st",
    "metaDataVersionOID": "m",
    "metaDataRef": "define.xml",
    "isReferenceData": False,
    "systemExtensions": [{"name": "x", "value": [1, {"deep": None}]}],
    "vendor:extension": {"a": 1},
}


def read(tmp_path: Path, content: Any, suffix: str = "json") -> pl.DataFrame:
    path = tmp_path / f"ae.{suffix}"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_dataset_json(path).table


def lines(content: dict[str, Any]) -> str:
    head = {key: value for key, value in content.items() if key != "rows"}
    return "\n".join(json.dumps(part) for part in [head, *content["rows"]]) + "\n"


EXPECTED = {
    "USUBJID": ["S-1", "S-2"],
    "AESEQ": [1.0, 2.0],
    "AESER": ["Y", "N"],
    "AESTDTC": ["2020-01-01", None],
    "AEDOSE": [1.5, None],
}


@pytest.mark.parametrize("more", [{}, OPTIONAL], ids=["required", "optional"])
@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_what_is_whole_is_read(tmp_path: Path, more: dict[str, Any], suffix: str) -> None:
    content = WHOLE | more
    text = lines(content) if suffix == "ndjson" else json.dumps(content)
    assert read(tmp_path, text, suffix).to_dict(as_series=False) == EXPECTED


def test_extensions_of_a_column_are_passed_over(tmp_path: Path) -> None:
    columns = [{**column, "vendor:x": 1, "length": 8, "keySequence": 1} for column in COLUMNS]
    assert read(tmp_path, WHOLE | {"columns": columns}).to_dict(as_series=False) == EXPECTED


def of_version_1_0() -> dict[str, Any]:
    data = {"IG.AE": {"records": 1, "name": "AE", "items": [], "itemData": []}}
    return {"datasetJSONVersion": "1.0.0", "clinicalData": {"itemGroupData": data}}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (of_version_1_0(), "the file is Dataset-JSON 1.0.0; version 1.1 is read"),
        ({"clinicalData": {}}, "the file is Dataset-JSON 1.0; version 1.1 is read"),
        ({"a": 1}, "the file is no Dataset-JSON 1.1: it has no datasetJSONVersion"),
        ([1], "the file is no Dataset-JSON: expected an object"),
        (WHOLE | {"records": 3}, "the file promises 3 records and has 2"),
        (WHOLE | {"rows": [["S-1", 1]]}, "row 1 has 2 values for 5 columns"),
        (WHOLE | {"rows": [{"a": 1}]}, "row 1 is no list of values"),
        (WHOLE | {"rows": None}, "`rows` is no list"),
        (WHOLE | {"columns": None}, "the file has no `columns`"),
        (WHOLE | {"columns": [{"label": "x"}]}, "column 1 has no name"),
        (WHOLE | {"columns": COLUMNS + COLUMNS[:1]}, "the column USUBJID stands twice"),
        (
            WHOLE | {"columns": [{"name": "A", "dataType": "blob"}]},
            'A is of the dataType "blob"; expected one of decimal, double',
        ),
    ],
)
def test_what_is_not_whole_is_refused(tmp_path: Path, content: Any, fault: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith(fault)


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_cut_at_any_byte_it_is_refused(tmp_path: Path, suffix: str) -> None:
    text = lines(WHOLE) if suffix == "ndjson" else json.dumps(WHOLE)
    for size in range(len(text.rstrip())):
        with pytest.raises(UnreadableError):
            read(tmp_path, text[:size], suffix)


def test_text_where_a_number_belongs_keeps_its_text(tmp_path: Path) -> None:
    rows = [["S-1", "one", True, None, None], ["S-2", 2, False, None, None]]
    assert read(tmp_path, WHOLE | {"rows": rows})["AESEQ"].to_list() == ["one", "2"]
