"""Why a number is what it is: the row behind a key, in lines for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from equipoise.analysis.results import Results
from equipoise.errors import InputError, did_you_mean
from equipoise.reporting.calls.call import call_of
from equipoise.reporting.calls.functions import functions_of
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.labels import population_label
from equipoise.reporting.model import Number, plain
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.plots.trial import drawn_number
from equipoise.reporting.said import about, unrounded
from equipoise.reporting.verification import check_of

_KEY = re.compile(r"r-[0-9a-f]{10}")


def why(results: Results, key: str, numbers: Numbers | None = None) -> list[str]:
    """What a number is, unrounded, among whom, and how it was computed.

    key : as it stands in the report's address, r- and ten digits
    Raises   InputError if it is no key, or these results have no such row.
    """
    if not _KEY.fullmatch(key):
        raise InputError(f'key: found "{key}", expected r- and ten digits from 0 to f')
    if key not in results.keys:
        drawn = drawn_number(results, key)
        if drawn is not None:
            return list(_of_figure(results, *drawn))
        hint = did_you_mean(key, results.keys)
        raise InputError(f'{results.data.look}: no row has the key "{key}"{hint}')
    index = results.keys.index(key)
    shown = numbers or Numbers(results)
    return list(_lines(results, shown, index))


def _lines(results: Results, numbers: Numbers, index: int) -> Iterator[str]:
    row, protocol = results.rows.row(index, named=True), results.data.protocol
    group = row["group"]
    arm = protocol.arms[group].label if group in protocol.arms else group
    yield unrounded(row)
    yield f"printed     {numbers[index].text}"
    yield f"what        {about(row)}{f', {arm}' if arm else ''}"
    estimand = protocol.estimands.get(row["analysis"])
    label = f" ({estimand.label})" if estimand and estimand.label else ""
    yield f"analysis    {row['analysis']}{label}, {results.data.look}"
    if row["population"]:
        yield f"population  {population_label(protocol, row['population'])}"
    yield f"method      {row['method']}"
    if row["extension"]:
        yield f"added by    {row['extension']}"
    if row["note"]:
        yield f"note        {row['note']}"
    yield from _counted(numbers, row)
    yield from _verified(results, index)
    yield f"key         {numbers[index].key}"
    call = call_of(results, row)
    if call:
        yield f"in R        {call}"
        for text in functions_of(call):
            yield from ("", *text.splitlines())


def _verified(results: Results, index: int) -> Iterator[str]:
    """The same number by an independent library, where one has it and is installed."""
    data = results.data
    try:
        found = check_of(results.rows, index, data.tables, data.protocol)
    except InputError:
        yield 'verified    no; pip install "equipoise[verify]"'
        return
    if found is None:
        return
    if not found.by:
        yield "verified    no; no independent library has this method"
    elif found.theirs is not None and found.difference is not None:
        yield f"verified    {found.theirs!r} by {found.by}, difference {found.difference:.1e}"


def _of_figure(results: Results, figure: ReportFigure, number: Number) -> Iterator[str]:
    """What a number is that a figure of patients draws."""
    rows = figure.rows
    assert rows is not None
    row, protocol = rows.row(number.row - results.rows.height, named=True), results.data.protocol
    arm = protocol.arms[row["group"]].label if row["group"] in protocol.arms else row["group"]
    yield unrounded(row)
    yield f"printed     {number.text}"
    yield f"what        {about(row)}{f', {arm}' if arm else ''}"
    yield f"figure      {figure.key} ({figure.title}), {results.data.look}"
    if row["population"]:
        yield f"population  {population_label(protocol, row['population'])}"
    yield f"method      {row['method']}"
    subject = row["term"].partition(", ")[0]
    if subject in set(results.data.table("ADSL")["USUBJID"]):
        yield f"records     of {subject}: equipoise explain FOLDER ENDPOINT --subject {subject}"
    yield f"key         {number.key}"


def _counted(numbers: Numbers, row: dict[str, Any]) -> Iterator[str]:
    """Patients and events of the arms that the number is about."""
    arms = row["comparison"].split(" v ") if row["comparison"] else [row["group"]]
    total = 0.0
    for statistic in ("n", "events", "responders"):
        where = {"subgroup": row["subgroup"], "method": "count"}
        found = [numbers.find(row["analysis"], statistic, group=a, **where) for a in arms if a]
        known = [number for number in found if number is not None]
        if known and len(known) == len(arms):
            total = sum(number.value or 0 for number in known)
            parts = " + ".join(plain((number,)) for number in known)
            name = {"n": "patients"}.get(statistic, statistic)
            yield f"{name:<12}{parts}{f' = {total:g}' if len(known) > 1 else ''}"
