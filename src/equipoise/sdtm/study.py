"""A study under examination: its sheets and what the protocol asks of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.errors import Finding
from equipoise.sdtm.arms import KnownArms
from equipoise.sdtm.conform.requirements import demands, prefix_of
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.normalize import settled
from equipoise.sdtm.places import Sheet


@dataclass(frozen=True)
class ExaminedStudy:
    """What a conformance rule may look at.

    sheets : domain -> table with its files
    arms : those that the protocol knows, or None if any will do
    domains : domains that the protocol cannot do without
    tumors : endpoints of the protocol that rest on tumor assessments
    misfits : values that have not the type of their column
    """

    sheets: dict[str, Sheet]
    arms: KnownArms | None
    domains: frozenset[str]
    tumors: tuple[str, ...] = ()
    misfits: tuple[Finding, ...] = ()

    def having(self, *columns: str, domain: str = "") -> Iterator[Sheet]:
        """The sheets, or one domain's, that have all of `columns`."""
        for name, sheet in self.sheets.items():
            if domain in ("", name) and set(columns) <= set(sheet.table.columns):
                yield sheet


def study_of(
    data: SDTM,
    *,
    arms: KnownArms | None,
    domains: frozenset[str],
    tumors: tuple[str, ...] = (),
) -> ExaminedStudy:
    """The sheets of `data`, DM first."""
    sheets, misfits = {}, []
    for name in sorted(data.tables, key=lambda name: (name != "DM", name)):
        file = data.files.get(name, "")
        table, found = settled(data.tables[name], domain=name, file=file)
        sheets[name] = Sheet(name, table, data.parts.get(name, ()), file)
        misfits += found
    return ExaminedStudy(sheets, arms, domains, tumors, tuple(misfits))


def start_columns(domain: str) -> tuple[str, ...]:
    """The dates that say when a record of a domain began, by preference."""
    known = demands(domain)
    prefix = prefix_of(domain)
    return known.start if known is not None else (f"{prefix}STDTC", f"{prefix}DTC")
