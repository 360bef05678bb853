"""What version 5 of XPT can hold: every fault of the datasets is known before a file is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

import polars as pl

from equipoise.adam.submit.long_text import LIMIT
from equipoise.adam.submit.metadata import LABEL_BYTES, Dataset
from equipoise.errors import InputError

TextEncoding = Literal["ascii", "utf-8"]
_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,7}")
_SHOWN: Final = 60  # characters of a value that are quoted


def within_xpt(
    described: Sequence[Dataset], tables: Mapping[str, pl.DataFrame], *, encoding: TextEncoding
) -> None:
    """Hold datasets to what an XPT file of version 5 takes.

    described, tables : as they are to be written, long texts in pieces
    encoding : "ascii", or "utf-8" where the receiver has agreed to it
    Raises   InputError with every fault: a name that is none of SAS's eight letters, or stands
             twice; a label above 40 bytes; a text above 200 bytes; a letter outside ASCII.
    Source   SAS TS-140; FDA, Study Data Technical Conformance Guide, sections 3.3 and 4.1.
    Checked  tests/unit/adam/test_submission_files.py
    """
    faults = [f for d in described for f in _faults(d, tables[d.name], encoding)]
    if faults:
        raise InputError(
            "these do not fit XPT version 5, and nothing was written:\n"
            + "\n".join(f"  {fault}" for fault in faults)
        )


def _faults(dataset: Dataset, table: pl.DataFrame, encoding: TextEncoding) -> Iterator[str]:
    names = [v.name for v in dataset.variables]
    for name in [dataset.name, *names]:
        if not _NAME.fullmatch(name):
            yield f"{dataset.name}.{name}: expected a name of at most 8 of A-Z, 0-9 and _"
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield f"{dataset.name}.{name}: the name stands twice"
    yield from _label_faults(dataset.name, dataset.label, encoding)
    for variable in dataset.variables:
        where = f"{dataset.name}.{variable.name}"
        yield from _label_faults(where, variable.label, encoding)
        if table.schema.get(variable.name) == pl.String:
            yield from _text_faults(where, table[variable.name], encoding)


def _label_faults(where: str, label: str, encoding: TextEncoding) -> Iterator[str]:
    length = len(label.encode())
    if length > LABEL_BYTES:
        yield f'{where}: the label "{label}" has {length} bytes; at most {LABEL_BYTES}'
    if encoding == "ascii" and not label.isascii():
        yield f'{where}: the label "{label}" has letters outside ASCII; {_OTHERWISE}'


def _text_faults(where: str, column: pl.Series, encoding: TextEncoding) -> Iterator[str]:
    length = column.str.len_bytes()
    long = column.filter(length > LIMIT)
    if long.len():
        yield f"{where}: {long.len()} values above {LIMIT} bytes"
    if encoding == "ascii":
        odd = column.filter(length != column.str.len_chars())
        if odd.len():
            first = str(odd[0])[:_SHOWN]
            many = f"{odd.len()} value{'' if odd.len() == 1 else 's'}"
            yield f'{where}: {many} with letters outside ASCII, first "{first}"; {_OTHERWISE}'


_OTHERWISE: Final = "give them in ASCII, or declare UTF-8 (--encoding utf-8)"
