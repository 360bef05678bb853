"""The allocations of a trial that began elsewhere: a closed list, continued by signature alone."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar, Final, NamedTuple
from zoneinfo import ZoneInfo

from equipoise.allocation.lists import Stratum, spelled
from equipoise.allocation.procedure import allocation_digest
from equipoise.conduct.commands.allocating.slots import IMPORTED, new_nonce
from equipoise.conduct.commands.model import Command, CommandDesk
from equipoise.conduct.store.canonical import fingerprint_of, stamp

_COLUMNS: Final = ("subject", "site", "arm", "randomized")
_CONSENTED: Final = "consented"
_NOON: Final = dt.time(12)
_Line = dict[str, Any]


class _OldAllocation(NamedTuple):
    """One line of a list that was imported."""

    subject: str
    site: str
    arm: str
    at: str
    consented: str | None
    stratum: Stratum


class ImportList(Command):
    """Take in whom another system has allocated, before a list of this one is activated.

    file : its name; text : comma-separated lines with subject, site, arm, randomized (a date, or a
    time with its zone), the level of every factor, and consented where it is known
    """

    name: ClassVar[str] = "import list"
    of_data: ClassVar[bool] = False

    file: str
    text: str

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Once, before any list serves; every line that cannot be taken in."""
        unit = desk.unit
        if unit.rows("list"):
            yield "a list was imported or activated already"
        if desk.trial["state"] != "built":
            yield f"the trial is {desk.trial['state']}; old allocations come before it is live"
        yield from self._faults(desk)

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The closed list; each subject with the arm, in the order of the file."""
        unit, digest = desk.unit, fingerprint_of(self.text)
        lines = [_read(desk, line) for line in self._lines()]
        unit.insert(
            "list", id=IMPORTED, kind=IMPORTED, method=IMPORTED,
            allocation_digest=allocation_digest(desk.protocol), key_id="", commitment=digest,
            salt_hash="", entries=len(lines), reviewed_by="", by=desk.by, at=unit.at,
        )  # fmt: skip
        why = self.reason.strip() or f"import of {self.file}, sha256 {digest}"
        unit.who = unit.who._replace(reason=why)
        slots: Counter[Stratum] = Counter()
        for one in lines:
            slots[one.stratum] += 1
            _take_in(desk, one, slots[one.stratum])
        unit.site = unit.subject = ""
        return {"list": IMPORTED, "subjects": len(lines), "sha256": digest}

    def _lines(self) -> list[_Line]:
        return list(csv.DictReader(self.text.splitlines()))

    def _faults(self, desk: CommandDesk) -> Iterator[str]:
        lines, seen = self._lines(), set[str]()
        header = set(lines[0]) if lines else set()
        missing = [one for one in (*_COLUMNS, *desk.strata) if one not in header]
        if missing:
            yield f"{self.file}:1: no column {', '.join(missing)}"
            return
        for number, line in enumerate(lines, start=2):
            yield from (f"{self.file}:{number}: {said}" for said in _wrong_with(desk, line, seen))
            seen.add(line["subject"])


def _wrong_with(desk: CommandDesk, line: _Line, seen: set[str]) -> Iterator[str]:
    unit, name = desk.unit, line["subject"]
    if None in line or None in line.values():
        yield "has not as many cells as the first line"
        return
    if not name.strip():
        yield "no subject is named"
    if name in seen or unit.row("subject", name) is not None:
        yield f"there is a subject {name} already"
    if unit.row("site", line["site"]) is None:
        yield f"there is no site {line['site']}"
    if line["arm"] not in desk.protocol.arms:
        yield f"there is no arm {line['arm']}; expected {', '.join(desk.protocol.arms)}"
    for factor, levels in desk.strata.items():
        if line[factor] not in levels:
            yield f"{factor} is {line[factor]!r}; expected {', '.join(levels)}"
    for column in ("randomized", _CONSENTED):
        try:
            at = _moment(line.get(column) or "", "UTC")
        except ValueError:
            if column != _CONSENTED or line.get(column):
                yield f"{column} is {line.get(column)!r}; expected 2026-01-31 or a time with a zone"
            continue
        if at > unit.now:
            yield f"{column} {line[column]} is still to come"


def _read(desk: CommandDesk, line: _Line) -> _OldAllocation:
    zone = (desk.unit.row("site", line["site"]) or {})["zone"]
    at = stamp(_moment(line["randomized"], zone))
    stratum = tuple(line[factor] for factor in desk.strata)
    consented = line.get(_CONSENTED) or None
    return _OldAllocation(line["subject"], line["site"], line["arm"], at, consented, stratum)


def _moment(text: str, zone: str) -> dt.datetime:
    """A time, or noon of a day in the zone of its site."""
    if len(text) == len("2026-01-31"):
        noon = dt.datetime.combine(dt.date.fromisoformat(text), _NOON)
        return noon.replace(tzinfo=ZoneInfo(zone))
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    return found


def _take_in(desk: CommandDesk, one: _OldAllocation, slot: int) -> None:
    unit = desk.unit
    unit.site, unit.subject = one.site, one.subject
    number = f"{unit.count('subject', site=one.site) + 1:03}"
    unit.insert(
        "subject", id=one.subject, site=one.site, number=number, state="randomized",
        version=desk.trial["version"], revision=1, consented=one.consented, randomized=one.at,
    )  # fmt: skip
    unit.insert(
        "allocation", list=IMPORTED, subject=one.subject, stratum=spelled(one.stratum), slot=slot,
        arm=one.arm, nonce=new_nonce(), site=one.site, by=desk.by, at=unit.at,
    )  # fmt: skip
