"""An ODM file beside what it was written from: every row of the audit, every record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from equipoise.conduct.exchange.odm.entries import OdmEntry, body_of
from equipoise.conduct.exchange.odm.reading import OdmFile
from equipoise.conduct.store.canonical import GENESIS, TRIAL, canonical, link
from equipoise.conduct.store.state import ANCHORED, Recalled

_ABSENT, _ALONE = "is not in the file", "is in the file alone"


def odm_differences(found: OdmFile, expected: Sequence[OdmEntry]) -> list[str]:
    """What a file tells otherwise than it should, leaves out or adds.

    Where each entry says its place in the audit, the rows are put together again as they were
    hashed, and every chain is followed from its beginning to its end.
    """
    if found.file_type == "Snapshot":
        return [*_by_record(found.entries, expected)]
    differs = [*_in_order(found.entries, expected)]
    if any(one.act and one.act.place for one in expected):
        differs += _chains(found.entries)
    return differs


def records_of(found: OdmFile) -> Recalled:
    """The records that a file tells of, as a store keeps them."""
    state = Recalled()
    for entry in found.entries:
        if entry.table == ANCHORED:
            continue
        row = state.tables[entry.table].setdefault(entry.key, {})
        row.update(entry.columns)
        row |= {"arm": entry.arm} if entry.arm is not None else {}
        for item, told in entry.values.items():
            parts = dict(zip(("kind", "value", "unit", "missing"), told, strict=True))
            state.tables["value"][*entry.key, item] = parts
    return state


def _by_record(found: Iterable[OdmEntry], expected: Iterable[OdmEntry]) -> Iterator[str]:
    told = {(one.table, one.key): one for one in found}
    wanted = {(one.table, one.key): one for one in expected}
    for place, one in wanted.items():
        yield from _unlike(told.get(place), one)
    more = (one for place, one in told.items() if place not in wanted)
    yield from (f"{_named(one)}: {_ALONE}" for one in more)


def _in_order(found: Iterable[OdmEntry], expected: Iterable[OdmEntry]) -> Iterator[str]:
    """Rows of the audit: those of no subject first, as the standard has them.

    Where each says its place, rows are set beside each other by it: one that is missing, as those
    after the file was written, shifts no other.
    """
    wanted = sorted(expected, key=lambda one: bool(one.subject))
    told = [*found]
    if not all(one.act and one.act.place for one in (*wanted, *told)):
        for n, one in enumerate(wanted):
            yield from _unlike(told[n] if n < len(told) else None, one)
        yield from (f"{_named(one)}: {_ALONE}" for one in told[len(wanted) :])
        return
    there = {_by_place(one): one for one in told}
    known = {_by_place(one) for one in wanted}
    for one in wanted:
        yield from _unlike(there.get(_by_place(one)), one)
    yield from (f"{_named(one)}: {_ALONE}" for one in told if _by_place(one) not in known)
    in_file = [place for place in map(_by_place, told) if place in known]
    if in_file != [place for place in map(_by_place, wanted) if place in set(in_file)]:
        yield "rows stand in another order than they should"


def _unlike(found: OdmEntry | None, expected: OdmEntry) -> Iterator[str]:
    if found is None:
        yield f"{_named(expected)}: {_ABSENT}"
        return
    if found.act is None:  # a snapshot tells of no chain, and of nothing before
        expected = replace(expected, site="", is_new=True)
        found = replace(found, site="", is_new=True)
    if found == expected:
        return
    where = _named(expected)
    yield from _cells(where, found.columns, expected.columns)
    yield from _cells(where, found.values, expected.values)
    for part in ("table", "key", "subject", "site", "is_new", "act", "arm"):
        if getattr(found, part) != getattr(expected, part):
            told, wanted = getattr(found, part), getattr(expected, part)
            yield f"{where}: {part} is {told}; expected {wanted}"


def _cells(where: str, found: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*expected, *found)):
        if name not in found or name not in expected or found[name] != expected[name]:
            told, wanted = (side.get(name, "not there") for side in (found, expected))
            yield f"{where} {name}: is {told}; expected {wanted}"


def _chains(entries: Iterable[OdmEntry]) -> Iterator[str]:
    """Every row of the audit, made again from the file and hashed again."""
    placed = [one for one in entries if one.act and one.act.place]
    before, heads = Recalled(), dict[str, tuple[int, str]]()
    for one in sorted(placed, key=_by_place):
        chain, n, hash_ = _place(one)
        last, prev = heads.get(chain, (0, GENESIS))
        if n != last + 1:
            yield f"{chain}: row {last + 1} {_ABSENT}"
        body = body_of(one, before)
        if link(prev, chain, n, canonical(body)) != hash_:
            yield f"{chain} row {n}: is not what was hashed"
        heads[chain] = n, hash_
        if one.table != ANCHORED:
            before.add(body)


def _by_place(one: OdmEntry) -> tuple[bool, str, int]:
    chain, n, _ = _place(one)
    return chain != TRIAL, chain, n


def _place(one: OdmEntry) -> tuple[str, int, str]:
    assert one.act is not None
    assert one.act.place is not None
    return one.act.place


def _named(one: OdmEntry) -> str:
    said = f"{one.table} {' '.join(map(str, one.key))}"
    return f"{said} at {one.act.at}" if one.act else said
