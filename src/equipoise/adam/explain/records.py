"""One subject's records of a domain: as known at the look, as collected, and where they stand."""

from __future__ import annotations

from typing import Any, NamedTuple

import polars as pl

from equipoise.adam.adsrc import with_sequence
from equipoise.adam.explain.step import CollectedValue, Step
from equipoise.sdtm.model import SDTM, Snapshot
from equipoise.sdtm.places import Sheet

Fields = dict[str, Any]
_SHOWN = {
    "TR": ("VISIT", "TRDTC", "TRLNKID", "TRTEST", "TRORRES", "TRORRESU"),
    "TU": ("VISIT", "TUDTC", "TULNKID", "TUORRES", "TULOC"),
    "RS": ("VISIT", "RSDTC", "RSTEST", "RSORRES", "RSEVAL"),
    "AE": ("AESTDTC", "AEENDTC", "AEDECOD", "AEBODSYS", "AETOXGR", "AESEV"),
    "DM": ("RFSTDTC", "RFENDTC", "DTHDTC", "DTHFL", "ARMCD"),
    "DS": ("DSSTDTC", "DSDECOD", "DSTERM"),
    "EX": ("EXSTDTC", "EXENDTC", "EXTRT", "EXDOSE", "EXDOSU"),
    "CM": ("CMSTDTC", "CMTRT", "CMCAT"),
    "QS": ("VISIT", "QSDTC", "QSTESTCD", "QSTEST", "QSORRES"),
    "LB": ("VISIT", "LBDTC", "LBTESTCD", "LBORRES", "LBORRESU"),
    "SUPPDM": ("QNAM", "QVAL"),
}


class Records(NamedTuple):
    """A subject's records of one domain.

    known, written : as the snapshot has them, and as they were collected, with `_row` in the domain
    at : number of a record -> its place in `known`; there : its place in `written`
    """

    domain: str
    known: pl.DataFrame
    written: pl.DataFrame
    at: dict[object, int]
    there: dict[object, int]
    sheet: Sheet

    def told(self, number: object, variable: str) -> Step | None:
        """What stands in a record, and where; `variable` is the one it was read for."""
        if number not in self.at:
            return None
        known = self.known.row(self.at[number], named=True)
        written = self._written(number, known)
        place = self.sheet.place(row=written.get("_row"))
        shown = _SHOWN.get(self.domain, tuple(k for k in known if k.endswith("DTC")))
        if variable in known and variable not in shown:
            shown = (*shown, variable)
        parts = [_value(k, written, known) for k in shown if written.get(k) is not None]
        seq = number if isinstance(number, int) else None
        found = CollectedValue(self.domain, seq, variable, known.get(variable))
        return Step(", ".join(parts), "", place, (), found)

    def number_where(self, column: str, value: str) -> object:
        """The number of the first record with a value; None if there is none."""
        for number, at in self.at.items():
            if self.known[column][at] == value:
                return number
        return None

    def _written(self, number: object, known: Fields) -> Fields:
        """The record as collected; of a domain without numbers the one that is the same."""
        if f"{self.domain}SEQ" in known or self.domain == "DM":
            at = self.there.get(number)
            return self.written.row(at, named=True) if at is not None else known
        # The cut may have changed when a record ends, and nothing else.
        kept = {
            c: v for c, v in known.items() if v is not None and not c.endswith(("ENDTC", "ENDY"))
        }
        same = (row for row in self.written.to_dicts() if kept.items() <= row.items())
        return next(same, known)


def records_of(snapshot: Snapshot, domain: str, usubjid: str) -> Records:
    """A subject's records of a domain of the snapshot."""
    mine = pl.col("USUBJID") == usubjid
    source = snapshot.collected or SDTM(snapshot.tables, {})
    whole = source.tables.get(domain, snapshot.tables[domain])
    sheet = Sheet(domain, whole, source.parts.get(domain, ()), source.files.get(domain, ""))
    known = with_sequence(snapshot.tables[domain].filter(mine), domain)
    written = with_sequence(whole.with_row_index("_row").filter(mine), domain)
    places = (_places(known["SEQ"]), _places(written["SEQ"]))
    return Records(domain, known.drop("SEQ"), written.drop("SEQ"), *places, sheet)


def _places(numbers: pl.Series) -> dict[object, int]:
    """Number -> place; of two records with one number the first is the one."""
    return {number: at for at, number in reversed(list(enumerate(numbers.to_list())))}


def _value(name: str, written: Fields, known: Fields) -> str:
    """A variable as it was collected, and as it is known at the look if the cut changed it."""
    text, now = str(written[name]), known.get(name, written[name])
    if now == written[name] or str(now) == text:
        return f"{name} {text}"
    return f"{name} {text} (at the cut-off: {'unknown' if now is None else now})"
