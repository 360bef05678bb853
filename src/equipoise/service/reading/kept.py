"""What is worked out of each subject, kept between two looks: the audit tells what has changed.

A calendar is worked out again for those subjects alone of whom the site's chain has got a row
since, and for all of them on a new day or under a new version of the protocol. Nothing can change
a subject without such a row.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from typing import Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from equipoise.conduct.store.canonical import SITE
from equipoise.conduct.store.served.look import subjects_since
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol

_Line = TypeVar("_Line")
_Made = TypeVar("_Made")


class OfVersion(Generic[_Made]):
    """What is worked out of a version of the protocol, once."""

    def __init__(self, make: Callable[[Protocol], _Made]) -> None:
        self._make, self._made = make, dict[str, _Made]()

    def of(self, protocol: Protocol) -> _Made:
        """Of this version."""
        if protocol.digest not in self._made:
            self._made[protocol.digest] = self._make(protocol)
        return self._made[protocol.digest]


class _Read(NamedTuple):
    """Under what lines were read: any other day, version or revision of the site needs new ones."""

    day: dt.date
    digest: str
    revision: int


class _Kept(NamedTuple, Generic[_Line]):
    """Of a site. n : the last row of its chain that was seen"""

    read: _Read
    n: int
    lines: dict[str, list[_Line]]


class KeptLines(Generic[_Line]):
    """The lines of every site that was looked at in this process.

    read : of a site, or of one of its subjects, the lines of each subject; of the day they are
    read on, of nothing but the site, its subjects and their records
    """

    def __init__(
        self, read: Callable[[Unit, Protocol, str, str | None], dict[str, list[_Line]]]
    ) -> None:
        self._guard, self._read = threading.Lock(), read
        self._sites: dict[str, _Kept[_Line]] = {}

    def of(
        self, unit: Unit, protocol: Protocol, sites: tuple[str, ...]
    ) -> dict[str, Mapping[str, list[_Line]]]:
        """Site -> subject -> lines, as they are in this transaction."""
        with self._guard:
            return {site: self._of_site(unit, protocol, site) for site in sites}

    def _of_site(self, unit: Unit, protocol: Protocol, name: str) -> Mapping[str, list[_Line]]:
        site, chain = unit.row("site", name) or {}, f"{SITE}{name}"
        n = (unit.row("chain", chain) or {"n": 0})["n"]
        day = unit.now.astimezone(ZoneInfo(site["zone"])).date()
        now = _Read(day, protocol.digest, site["revision"])
        kept = self._sites.get(name)
        if kept is None or kept.read != now or kept.n > n:
            lines = self._read(unit, protocol, name, None)
        else:
            lines = dict(kept.lines)  # others may be reading the one before
            for subject in subjects_since(unit, chain, kept.n) if kept.n < n else ():
                lines.pop(subject, None)
                lines |= self._read(unit, protocol, name, subject)
        self._sites[name] = _Kept(now, n, lines)
        return lines
