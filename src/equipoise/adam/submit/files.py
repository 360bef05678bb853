"""The derived datasets written in the forms of a submission, all of them or none."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import get_args

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.submit.dataset_json import dataset_json
from equipoise.adam.submit.define import (
    DATE,
    SUFFIX,
    FileForm,
    define_xml,
    described_for,
    portable,
)
from equipoise.adam.submit.limits import TextEncoding, within_xpt
from equipoise.adam.submit.long_text import in_pieces
from equipoise.adam.submit.metadata import Dataset
from equipoise.errors import InputError, did_you_mean, expect
from equipoise.sdtm.read.write import write_parquet, write_xpt

_DEFINE = "define.xml"


def write_adam(
    data: ADaM,
    folder: str | Path,
    *,
    form: FileForm = "xpt",
    encoding: TextEncoding = "ascii",
) -> list[Path]:
    """Write the datasets in one form, and define.xml beside them.

    form : "xpt" (version 5), "dataset-json" (1.1) or "parquet". A date is the number of days
        since 1960, in XPT with the format DATE9, in Dataset-JSON an ISO date for such a number; a
        list of numbers is text. In XPT a text above 200 bytes goes on in further variables: REASON,
        REASON1.
    encoding : of the texts of XPT; "utf-8" is declared in define.xml
    Returns  the files, define.xml last; what it calls the files is what they are called
    Raises   InputError, before a file is written, with every name, label and value that does not
             fit version 5 of XPT.
    Checked  tests/unit/adam/test_define.py: read again, all values are the same.
    """
    expect(data, ADaM)
    if form not in SUFFIX:
        known = ", ".join(SUFFIX)
        raise InputError(f'form "{form}": expected {known}{did_you_mean(form, SUFFIX)}')
    if encoding not in get_args(TextEncoding):
        raise InputError(f'encoding "{encoding}": expected ascii or utf-8')
    described = described_for(data, form)
    tables = {name: portable(table) for name, table in data.tables.items()}
    if form == "xpt":
        tables = {name: in_pieces(table) for name, table in tables.items()}
        within_xpt(described, tables, encoding=encoding)
    where = Path(folder)
    where.mkdir(parents=True, exist_ok=True)
    declared = encoding if form == "xpt" and encoding != "ascii" else ""
    with tempfile.TemporaryDirectory(dir=where, prefix=".adam-") as scratch:
        made = _written(data, described, tables, Path(scratch), form)
        define = Path(scratch) / _DEFINE
        define.write_text(define_xml(data, form=form, encoding=declared), encoding="utf-8")
        for path in [*made, define]:
            os.replace(path, where / path.name)
    return [where / path.name for path in [*made, define]]


def _written(
    data: ADaM,
    described: tuple[Dataset, ...],
    tables: dict[str, pl.DataFrame],
    folder: Path,
    form: FileForm,
) -> list[Path]:
    labels = {d.name: {v.name: v.label for v in d.variables} for d in described}
    lower = {name.lower(): table for name, table in tables.items()}
    if form == "dataset-json":
        return [_write_json(data, d, folder) for d in described]
    if form == "parquet":
        return write_parquet(lower, folder, labels=labels)
    dates = {d.name: {v.name: DATE for v in d.variables if v.kind == "date"} for d in described}
    return write_xpt(lower, folder, labels=labels, formats=dates)


def _write_json(data: ADaM, described: Dataset, folder: Path) -> Path:
    study = f"STDY.{data.protocol.trial.id}"
    content = dataset_json(described, data.tables[described.name], study=study)
    path = folder / f"{described.name.lower()}{SUFFIX['dataset-json']}"
    path.write_text(json.dumps(content, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return path
