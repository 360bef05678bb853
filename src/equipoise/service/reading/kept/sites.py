"""What is worked out of each site, kept between two looks: the audit tells what has changed.

It is worked out again where the site's chain or the trial's has got a row since, of those subjects
alone of whom such a row tells (of all, where it is about nobody, as a range of the laboratory is),
on a new day and under a new version of the protocol. Nothing can change a subject without such a
row, whichever process has written it.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.canonical import SITE, TRIAL
from equipoise.conduct.store.served.look import Whose, people_at, subjects_since
from equipoise.conduct.store.served.whole import is_about_all
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol

_Told = TypeVar("_Told")
_MOST: Final = 400  # subjects that are worked out apart from the rest of their site


class Kept(NamedTuple, Generic[_Told]):
    """Of a site. n, central : the last row of its chain, and of the trial's, that was seen

    digest : of the version of the protocol under which it was read
    is_newer : it is of a moment after that of the transaction that asks
    """

    site: Stored
    digest: str
    day: dt.date
    n: int
    central: int
    told: _Told
    is_newer: bool = False

    def is_of(self, site: Stored, protocol: Protocol) -> bool:
        """Whether it was read of the site as it is, under this version."""
        return (self.site, self.digest) == (site, protocol.digest)


def read_anew(
    read: Callable[[Unit, Protocol, Stored], _Told],
) -> Callable[[Unit, Protocol, Stored, _Told | None, Sequence[str]], _Told]:
    """What is read of a whole site each time, whatever it was before and whoever has changed."""

    def reading(
        unit: Unit, protocol: Protocol, site: Stored, _: _Told | None, __: Sequence[str]
    ) -> _Told:
        return read(unit, protocol, site)

    return reading


class KeptSites(Generic[_Told]):
    """What was worked out of every site that was looked at in this process.

    read : of a site, given what it was before and whose records have changed since; of nothing
    before, on the first look and where that was long ago
    """

    def __init__(
        self, read: Callable[[Unit, Protocol, Stored, _Told | None, Sequence[str]], _Told]
    ) -> None:
        self._read = read
        self._guard = threading.Lock()
        self._turns: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._sites: dict[str, Kept[_Told]] = {}

    def of(self, unit: Unit, protocol: Protocol, sites: Sequence[str]) -> dict[str, Kept[_Told]]:
        """Each site as it is in this transaction, or as a later one has found it."""
        heads = unit.heads()
        rows = {one["id"]: one for one in unit.rows("site")}
        return {
            site: self._of_site(
                unit, protocol, rows[site], heads[f"{SITE}{site}"][0], heads[TRIAL][0]
            )
            for site in sites
        }

    def _of_site(
        self, unit: Unit, protocol: Protocol, site: Stored, n: int, central: int
    ) -> Kept[_Told]:
        name, day = site["id"], unit.now.astimezone(ZoneInfo(site["zone"])).date()
        with self._guard:
            turn = self._turns[name]
        with turn:
            last, heads = self._sites.get(name), (n, central)
            is_older = last is not None and heads < (last.n, last.central)
            kept = last if last is not None and last.is_of(site, protocol) else None
            is_same = last is not None and heads == (last.n, last.central)
            asks = kept is not None and not is_older and not is_same
            changed = self._changed(unit, kept) if kept is not None and asks else []
            if kept is not None and kept.day == day and not changed:
                if not is_older:
                    self._sites[name] = kept._replace(n=n, central=central)
                return kept._replace(is_newer=is_older)
            may_go_on = kept is not None and not is_older and len(changed) <= _MOST
            before = kept.told if kept is not None and may_go_on else None
            told = self._read(unit, protocol, site, before, changed if may_go_on else ())
            found = Kept(site, protocol.digest, day, n, central, told)
            if not is_older:  # what an older transaction finds is for itself alone
                self._sites[name] = found
            return found

    def _changed(self, unit: Unit, kept: Kept[_Told]) -> list[str]:
        """Of whom the chains have told since: the site's, and the trial's of a masked dose."""
        site = str(kept.site["id"])
        if is_about_all(unit, site, kept.n):
            return [one["id"] for one in people_at(unit, Whose(site))]
        own = subjects_since(unit, f"{SITE}{site}", kept.n, site=site)
        return sorted({*own, *subjects_since(unit, TRIAL, kept.central, site=site)})
