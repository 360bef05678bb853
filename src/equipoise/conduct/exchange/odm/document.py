"""What goes into an ODM file: all that was conducted, of one site, without what tells an arm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from equipoise.conduct.exchange.odm.entries import acted, standing
from equipoise.conduct.exchange.odm.writing import SNAPSHOT, TRANSACTIONAL, OdmDocument
from equipoise.conduct.exchange.withheld import known_from, of_one_site, without_arms
from equipoise.conduct.store.state import ChainRow, Recalled
from equipoise.protocol import Protocol

_NEVER: Final = "1970-01-01T00:00:00Z"


def document_of(
    protocol: Protocol,
    rows: Sequence[ChainRow],
    known: Recalled,
    *,
    snapshot: bool = False,
    arms: bool = True,
    site: str | None = None,
) -> tuple[OdmDocument, int, int]:
    """What is written, of how many rows of the audit, and how many of these are withheld.

    rows, known : the audit, and the records as it tells them
    arms : whether each arm may be told; site : whose chain alone, which shows no slot
    """
    kept, withheld = [*rows] if site is None else of_one_site(rows, site), 0
    if not arms:
        kept, withheld = without_arms(kept, protocol)
    if not arms or site is not None:
        known = _with_arms(known_from(kept), known if arms else None)
    entries = [*standing(known)] if snapshot else [*acted(kept, known, placed=arms)]
    kind = SNAPSHOT if snapshot else TRANSACTIONAL
    as_of = max((row.body["at"] for row in kept), default=_NEVER)
    document = OdmDocument(protocol, known, entries, as_of, kind, site or "")
    return document, len(kept) + withheld, withheld


def _with_arms(found: Recalled, known: Recalled | None) -> Recalled:
    """Records from rows alone, with each arm that may be told and that a row has sealed."""
    for key, row in (known.tables["allocation"] if known else {}).items():
        if "arm" in found.tables["allocation"].get(key, {}):
            found.tables["allocation"][key]["arm"] = row["arm"]
    return found
