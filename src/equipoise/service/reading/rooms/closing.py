"""What stands in the way of a cut, counted at each site and kept between two looks.

Checked  tests/unit/service/test_closing.py (it is what the command itself finds).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from equipoise.conduct.commands.closing.cut_data import asked_before_cut
from equipoise.conduct.commands.closing.lacking import counted_lacking, told_lacking
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol
from equipoise.service.reading.kept.sites import Kept

SiteLacking = dict[str, int]
"""What is asked for before a cut -> how many records of a site are not so."""


def lacking_at(
    unit: Unit,
    protocol: Protocol,
    site: Stored,
) -> SiteLacking:
    """Of one site."""
    desk = CommandDesk(unit, protocol, None)
    return counted_lacking(desk, asked_before_cut(desk), scope=f"site {site['id']}")


def gaps_at(sites: Mapping[str, Kept[SiteLacking]]) -> Iterator[str]:
    """What stands in the way of a cut, of these sites together and in words."""
    total = Counter[str]()
    for kept in sites.values():
        total.update(kept.told)
    yield from told_lacking(total)
