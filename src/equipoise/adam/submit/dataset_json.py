"""A derived dataset as CDISC Dataset-JSON 1.1."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from equipoise.adam.submit.metadata import Dataset, Variable, joined
from equipoise.version import __version__

CREATED: Final = "1960-01-01T00:00:00"  # SAS's day zero: the same data give the same file
METADATA_OID: Final = "MDV.ADAM"
_TYPES: Final = {"text": "string", "integer": "integer", "float": "double", "date": "date"}


def dataset_json(described: Dataset, table: pl.DataFrame, *, study: str) -> dict[str, Any]:
    """The content of a Dataset-JSON file: what describes the rows, and the rows.

    described : from `metadata`; table : the dataset itself; study : OID of the study in define.xml
    A date is an ISO text that stands for SAS's number of days (targetDataType integer).
    Source   CDISC Dataset-JSON 1.1, section 2.
    Checked  tests/unit/adam/test_define.py.
    """
    parts = []
    for column in table:
        if column.dtype == pl.Date:
            column = column.dt.to_string("%Y-%m-%d")
        elif column.dtype == pl.List:
            column = joined(column)
        elif column.dtype.is_float():
            column = column.fill_nan(None)
        parts.append(column)
    return {
        "datasetJSONCreationDateTime": CREATED,
        "datasetJSONVersion": "1.1.0",
        "originator": "Equipoise",
        "sourceSystem": {"name": "Equipoise", "version": __version__},
        "studyOID": study,
        "metaDataVersionOID": METADATA_OID,
        "metaDataRef": "define.xml",
        "itemGroupOID": f"IG.{described.name}",
        "records": table.height,
        "name": described.name,
        "label": described.label,
        "columns": [_column(described, variable) for variable in described.variables],
        "rows": [list(row) for row in pl.DataFrame(parts).iter_rows()],
    }


def _column(described: Dataset, variable: Variable) -> dict[str, Any]:
    column: dict[str, Any] = {
        "itemOID": f"IT.{described.name}.{variable.name}",
        "name": variable.name,
        "label": variable.label,
        "dataType": _TYPES[variable.kind],
    }
    if variable.kind == "date":
        column |= {"targetDataType": "integer", "displayFormat": "DATE9."}
    if variable.kind == "text":
        column["length"] = variable.length
    if variable.name in described.keys:
        column["keySequence"] = described.keys.index(variable.name) + 1
    return column
