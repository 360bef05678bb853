"""Lesions as rows of the record: who was named, how large, and what the reader made of it."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.arrays import Ints
from equipoise.meaning.responders import INVESTIGATOR, reader_of
from equipoise.patients.attendance import Attended, visit_columns
from equipoise.patients.people import People, table_of
from equipoise.patients.tumors import NODE, Lesions
from equipoise.protocol import Protocol

TARGET, NON_TARGET, NEW = "TARGET", "NON-TARGET", "NEW"
DIAMETER, SHORT_AXIS, STATE = "diameter", "short axis", "state"
PRESENT, ABSENT, WORSE = "PRESENT", "ABSENT", "UNEQUIVOCAL PROGRESSION"
_PREFIX = {TARGET: "T", NON_TARGET: "NT", NEW: "NEW"}


def tumor_tables(
    protocol: Protocol, who: People, found: Lesions, *, first: Attended, seen: Attended
) -> dict[str, pl.DataFrame]:
    """The tables `lesions`, `measurements` and `readings`.

    first : the baseline visit, of one encounter; seen : the scans after it
    """
    named = [
        _named(who, first, found.organ, TARGET),
        _named(who, first, found.other_organ, NON_TARGET),
        _new(who, found, seen),
    ]
    sized = [
        _sizes(who, found, first, found.baseline[:, None, :], found.baseline[:, None, :] > 0),
        _sizes(who, found, seen, found.size, found.size >= 0),
        _states(who, found, first, np.zeros_like(first.is_held), first.is_held),
        _states(who, found, seen, found.is_gone, seen.is_held),
    ]
    return {
        "lesions": _by_each(pl.concat(named), protocol),
        "measurements": _by_each(pl.concat(sized), protocol),
        "readings": _by_each(_readings(who, found, seen), protocol),
    }


def _by_each(table: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """The rows of every reader that an endpoint names; readers see the same."""
    named = dict.fromkeys(reader_of(endpoint) for endpoint in protocol.endpoints.values())
    words = [word for word in named if word is not None] or [INVESTIGATOR]
    return pl.concat([table.with_columns(reader=pl.lit(word)) for word in words])


def _names(role: str, numbers: Ints) -> pl.Series:
    return pl.Series([f"{_PREFIX[role]}{k + 1:02d}" for k in range(9)]).gather(pl.Series(numbers))


def _named(who: People, first: Attended, organ: NDArray[np.str_], role: str) -> pl.DataFrame:
    rows, slots = np.nonzero(organ != "")
    return table_of(
        who,
        rows,
        lesion=_names(role, slots),
        role=[role] * len(rows),
        organ=organ[rows, slots],
        **visit_columns(first, rows, np.zeros_like(rows)),
    )


def _new(who: People, found: Lesions, seen: Attended) -> pl.DataFrame:
    rows, scans = np.nonzero((found.response == "PD") & (found.sign == 1)[:, None])
    return table_of(
        who,
        rows,
        lesion=_names(NEW, np.zeros_like(rows)),
        role=[NEW] * len(rows),
        organ=found.new_organ[rows],
        **visit_columns(seen, rows, scans),
    )


def _sizes(
    who: People,
    found: Lesions,
    one: Attended,
    size: Ints,
    is_there: NDArray[np.bool_],
) -> pl.DataFrame:
    rows, scans, slots = np.nonzero(is_there)
    return table_of(
        who,
        rows,
        lesion=_names(TARGET, slots),
        measure=np.where(found.organ[rows, slots] == NODE, SHORT_AXIS, DIAMETER),
        size=size[rows, scans, slots].astype(np.float64),
        state=pl.Series([None] * len(rows), dtype=pl.String),
        **visit_columns(one, rows, scans),
    )


def _states(
    who: People,
    found: Lesions,
    one: Attended,
    is_gone: NDArray[np.bool_],
    is_read: NDArray[np.bool_],
) -> pl.DataFrame:
    """Non-target lesions at every scan."""
    wanted = is_read[:, :, None] & (found.other_organ != "")[:, None, :]
    rows, scans, slots = np.nonzero(wanted)
    is_last = np.zeros_like(is_read)
    if is_read.shape == found.response.shape:
        is_last = (found.response == "PD") & (found.sign == 2)[:, None]
    state = np.where(is_gone[rows, scans], ABSENT, PRESENT).astype(f"<U{len(WORSE)}")
    state[is_last[rows, scans]] = WORSE
    return table_of(
        who,
        rows,
        lesion=_names(NON_TARGET, slots),
        measure=[STATE] * len(rows),
        size=pl.Series([None] * len(rows), dtype=pl.Float64),
        state=state,
        **visit_columns(one, rows, scans),
    )


def _readings(who: People, found: Lesions, seen: Attended) -> pl.DataFrame:
    rows, scans = np.nonzero(found.response != "")
    return table_of(
        who, rows, response=found.response[rows, scans], **visit_columns(seen, rows, scans)
    )
