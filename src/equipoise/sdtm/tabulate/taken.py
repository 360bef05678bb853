"""The data of a trial as they were known, as somebody may have them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from equipoise.conduct.exchange.moment import end_of, known_when

if TYPE_CHECKING:
    from equipoise.conduct.commands.bus import Bus
    from equipoise.conduct.commands.model import Acting
    from equipoise.conduct.record import Record
    from equipoise.conduct.store.store import Store
    from equipoise.protocol import Protocol
    from equipoise.sdtm.model import SDTM


def record_of(
    store: Store, protocol: Protocol, *, at: str | None = None, cut: str | None = None
) -> Record:
    """The record as it is, as it was known at a date or a time, or at a cut.

    at : "2026-05-01", to the end of that day in UTC, or a time such as 2026-05-01T12:00:00Z
    Raises   InputError for a time that is none, or a cut that is not there.
    """
    from equipoise.conduct.recorded import recorded
    from equipoise.conduct.store.state import known_at

    with store.reading() as unit:
        known = known_at(unit.connection, **known_when(unit, at=at, cut=cut))
    return recorded(protocol, known)


def taken(
    bus: Bus,
    *,
    by: str,
    site: str | None = None,
    at: str | None = None,
    cut: str | None = None,
    acting: Acting | None = None,
) -> SDTM:
    """The data as an account may have them; that they were taken is written down first.

    site : whose data; a role of a site names its own
    Raises   RefusedError where the account may not have them; InputError as `record_of`.
    """
    from equipoise.conduct.commands.closing.export import Export
    from equipoise.conduct.commands.rights import EACH_ARM
    from equipoise.conduct.commands.versions import current_version
    from equipoise.conduct.record import of_site
    from equipoise.sdtm.tabulate.pooled import pooled
    from equipoise.sdtm.tabulate.tabulate import tabulate

    if at is not None:
        end_of(at)
    asked = Export(site=site, cut=cut, known_at=at)
    told = bus.send(asked, by=by, key=str(uuid4()), acting=acting)
    with bus.store.reading() as unit:
        protocol = current_version(unit)
    record = record_of(bus.store, protocol, at=at, cut=cut)
    data = tabulate(record if site is None else of_site(record, site))
    return data if told["arms"] == EACH_ARM else pooled(data, record.protocol)[0]
