"""The conditions of a protocol beside the data: how many rows each matched, which value none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from equipoise.adam.conditions import holds
from equipoise.adam.dates.sources import Context
from equipoise.adam.limits_in_units import limit, unit_variable
from equipoise.adam.subjects.populations import condition_of
from equipoise.adam.time.origins import start_dates, worsening
from equipoise.errors import Finding, InputError, did_you_mean
from equipoise.meaning.responders import Responder, reader_of, responder_of
from equipoise.protocol import Protocol
from equipoise.protocol.language.conditions import (
    And,
    Compare,
    Condition,
    In,
    Like,
    Name,
    Not,
    Number,
    Or,
    Present,
    Text,
    Value,
    atoms,
    parse_condition,
    values,
)
from equipoise.protocol.model import Endpoint

OF_A_RECORD = frozenset({"PARAMCD", "PARAM", "AVISIT", "AVISITN", "VISIT", "VISITNUM"})
"""Variables that say which record is meant; other ones say what it holds."""
Starts = dict[str, pl.DataFrame]
_NAMED = 6  # values of a variable that a message names


class AskedOfData(NamedTuple):
    """A condition of the protocol: its place there, the dataset, and which rows of it are asked.

    endpoint : the one whose origin STARTDT is, where the condition may name it
    """

    place: str
    dataset: str
    condition: str
    parameter: str | None = None
    reader: str | None = None
    endpoint: str | None = None


class Matched(NamedTuple):
    """A condition, of how many rows it was asked, and of how many it holds.

    rows : None where there is no such dataset, or it lacks a variable
    silent : (variable, what is said of it) for each value that stands in no row
    unturned : a sentence for each test whose unit that of a row cannot be turned into
    """

    asked: AskedOfData
    rows: int | None
    matched: int
    silent: tuple[tuple[str, str], ...] = ()
    unturned: tuple[str, ...] = ()

    def of_none(self) -> str:
        """What is said of a condition that holds for nothing; an endpoint asks of its own rows."""
        rows = f"{self.rows or 0:,} rows of {self.asked.dataset}"
        return f"`{self.asked.condition}` holds for none of the {rows} that it is asked of"


def matched(context: Context, *, within: str = "") -> list[Matched]:
    """Every condition that the protocol sets to the data, counted; or those of one place in it.

    Checked  tests/unit/adam/test_reconcile.py
    """
    asked = asked_of(context.protocol)
    starts: Starts = {}
    return [_counted(context, one, starts) for one in asked if not within or one.place == within]


def unmatched(context: Context) -> Iterator[Finding]:
    """D04: a condition holds for no row, because a value of it stands in none; or rows are told in
    a unit that cannot be turned into the condition's, so that it does not hold for them."""
    for found in matched(context):
        for said in found.unturned:
            text = f"`{found.asked.condition}` of {found.asked.dataset}: {said}"
            yield Finding(found.asked.place, text, "a unit that can be turned", "D04", "warning")
        if found.rows and not found.matched and found.silent:
            said = "; ".join(text for _, text in found.silent)
            text = f"{found.of_none()}: {said}"
            yield Finding(found.asked.place, text, "", "D04", "warning")


def asked_of(protocol: Protocol) -> Iterator[AskedOfData]:
    """The conditions of what is analyzed, once each."""
    for key, population in protocol.populations.items():
        yield AskedOfData(f"populations.{key}", "ADSL", condition_of(population))
    for key, query in protocol.safety.queries.items():
        yield AskedOfData(f"safety.queries.{key}", "AE", query.where)
    for at, contact in enumerate(protocol.dates.alive):
        if contact.where is not None:
            yield AskedOfData(f"dates.alive[{at}]", contact.from_, contact.where)
    used = dict.fromkeys(estimand.endpoint for estimand in protocol.estimands.values())
    for key in used:
        yield from _of_endpoint(protocol, key, protocol.endpoints[key])
    for key, estimand in protocol.estimands.items():
        where = estimand.options.get("where")
        data = protocol.endpoints[estimand.endpoint].data
        if isinstance(where, str) and data is not None:
            yield AskedOfData(f"estimands.{key}.options", data, where)
        for event in estimand.intercurrent_events:
            if event.where is not None and event.from_ is not None:
                yield AskedOfData(f"estimands.{key}.{event.name}", event.from_, event.where)


def _of_endpoint(protocol: Protocol, key: str, endpoint: Endpoint) -> Iterator[AskedOfData]:
    reader = reader_of(endpoint)
    for source in (*worsening(endpoint), *endpoint.event, *endpoint.censor):
        if source.where:
            place = f"endpoints.{key}.{source.name}"
            yield AskedOfData(place, source.from_, source.where, None, reader, key)
    if endpoint.among is not None and endpoint.among.where:
        yield AskedOfData(f"endpoints.{key}.among", endpoint.among.from_, endpoint.among.where)
    if endpoint.responder is not None:
        yield _of_responder(f"endpoints.{key}.responder", responder_of(protocol, key))


def _of_responder(place: str, asked: Responder) -> AskedOfData:
    return AskedOfData(place, asked.data, asked.condition, asked.parameter, asked.reader)


def rows_asked(
    context: Context, asked: AskedOfData, starts: Starts | None = None
) -> pl.DataFrame | None:
    """The rows of which a condition is asked; None where there is no such dataset.

    starts : origins by endpoint, as far as they are known already; gets the one that is needed
    """
    if not context.has(asked.dataset):
        return None
    rows = context.table(asked.dataset)
    if asked.parameter is not None and "PARAMCD" in rows.columns:
        rows = rows.filter(pl.col("PARAMCD") == asked.parameter)
    if asked.reader is not None and "READER" in rows.columns:
        rows = rows.filter(pl.col("READER") == asked.reader)
    if asked.endpoint is not None and "STARTDT" not in rows.columns:
        known = {} if starts is None else starts
        if asked.endpoint not in known:
            found = start_dates(context, context.protocol.endpoints[asked.endpoint])
            known[asked.endpoint] = found.select("USUBJID", "STARTDT")
        rows = rows.join(known[asked.endpoint], on="USUBJID", maintain_order="left")
    return rows


def _counted(context: Context, asked: AskedOfData, starts: Starts) -> Matched:
    rows = rows_asked(context, asked, starts)
    if rows is None:
        return Matched(asked, None, 0)
    try:
        test = holds(asked.condition, rows.schema, dataset=asked.dataset)
    except InputError:
        return Matched(asked, None, 0)  # whoever needs the variable says that it is missing
    found = rows.filter(test).height
    silent = () if found or rows.is_empty() else tuple(_silent(asked, rows))
    return Matched(asked, rows.height, found, silent, tuple(_unturned(asked, rows)))


def _unturned(asked: AskedOfData, rows: pl.DataFrame) -> Iterator[str]:
    """Of each test with a unit, how many values are told in none that can be turned into it."""
    for atom in atoms(parse_condition(asked.condition)):
        for value in values(atom):
            if isinstance(value, Number) and value.unit:
                left = atom.left.text
                unit = unit_variable(left, rows.schema)
                told = pl.col(left).is_not_null() & limit(atom.left, value, rows.schema).is_null()
                odd = rows.filter(told)[unit].fill_null("no unit").value_counts(sort=True)
                if odd.height:
                    listed = ", ".join(f"{u} ({n:,})" for u, n in odd.sort(unit).iter_rows())
                    yield f"{left} is told in {listed}, which is not known in {value.unit}"


def _silent(asked: AskedOfData, rows: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Each value of a condition that stands in no row, with the values that do."""
    for name, test, wanted in _leaves(parse_condition(asked.condition)):
        leaf = holds(test, rows.schema, dataset=asked.dataset)
        if rows.filter(leaf).height:
            continue
        column = rows[name].drop_nulls().cast(pl.String)
        counts = column.value_counts(sort=True).sort("count", name, descending=[True, False])
        present = counts[name].to_list()
        shown = [f"{value} ({count:,})" for value, count in counts.head(_NAMED).iter_rows()]
        more = f" and {len(present) - _NAMED} more" if len(present) > _NAMED else ""
        have = f"is {', '.join(shown)}{more}" if shown else "has no value"
        hint = did_you_mean(wanted, [v for v in present if v is not None])
        yield name, f"`{test}`, and {name} {have}{hint}"


def _leaves(condition: Condition) -> Iterator[tuple[str, str, str]]:
    """(variable, test, value) of the tests that name a value to be found."""
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part)
        case Compare(left, "=", right) if not isinstance(right, Name):
            yield left.text, f"{left.text} = {_written(right)}", _plain(right)
        case In(left, values, False):
            listed = ", ".join(_written(value) for value in values)
            yield left.text, f"{left.text} in ({listed})", _plain(values[0])
        case Like(left, how, text):
            yield left.text, f'{left.text} {how} "{text}"', text
        case Not() | Present() | Compare() | In():
            pass


def _written(value: Value) -> str:
    return f'"{value.value}"' if isinstance(value, Text) else _plain(value)


def _plain(value: Value) -> str:
    match value:
        case Name(text):
            return text
        case Text(text):
            return text
        case _:
            return f"{value.value:g}"
