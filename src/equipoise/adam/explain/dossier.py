"""Everything of one subject by its number: derived rows, and collected records with their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import polars as pl

from equipoise.adam.adsrc import with_sequence
from equipoise.adam.explain.step import Record, Step
from equipoise.adam.model import ADaM
from equipoise.sdtm.model import SDTM
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


def key_of(columns: Mapping[str, Any] | list[str], dataset: str) -> str:
    """The variable that numbers the rows of a derived dataset: ASEQ, --SEQ, or "" for none."""
    return next((c for c in ("ASEQ", f"{dataset[2:]}SEQ") if c in columns), "")


class Dossier:
    """One subject's rows of every dataset and domain, to be looked up by number."""

    def __init__(self, data: ADaM, usubjid: str) -> None:
        self.data, self.usubjid = data, usubjid
        self._derived: dict[str, list[Fields]] = {}
        self._places: dict[str, dict[object, int]] = {}
        self._records: dict[tuple[str, object, str], Step] = {}
        self._domains: dict[str, dict[object, tuple[Fields, Fields, str]]] = {}

    def rows(self, dataset: str) -> list[Fields]:
        """The subject's rows of a dataset, or of a domain with their numbers as SEQ.

        Raises   InputError if there is neither.
        """
        if dataset not in self._derived:
            mine = self.data.table(dataset).filter(pl.col("USUBJID") == self.usubjid)
            if dataset not in self.data.tables:
                mine = with_sequence(mine, dataset)
            self._derived[dataset] = mine.to_dicts()
        return self._derived[dataset]

    def at(self, dataset: str, number: object) -> int | None:
        """The place among `rows` of the row with a number."""
        if dataset not in self._places:
            rows = self.rows(dataset)
            key = key_of(rows[0], dataset) if rows else ""
            found = {row[key]: n for n, row in reversed(list(enumerate(rows)))} if key else {}
            self._places[dataset] = found
        return self._places[dataset].get(number)

    @cached_property
    def sources(self) -> dict[tuple[str, str | None, str], list[Fields]]:
        """The subject's rows of ADSRC by dataset, parameter and variable."""
        found: dict[tuple[str, str | None, str], list[Fields]] = {}
        for row in self.rows("ADSRC"):
            key = (row["DATASET"], row["PARAMCD"], row["VARIABLE"])
            found.setdefault(key, []).append(row)
        return found

    def has(self, domain: str, variable: str) -> bool:
        """Whether a domain of the snapshot has a variable."""
        tables = self.data.snapshot.tables
        return domain in tables and variable in tables[domain].columns

    def record(self, domain: str, seq: object, variable: str = "") -> Step:
        """What stands in a collected record, and where; `variable` is the one it was read for."""
        key = (domain, seq, variable)
        if key not in self._records:
            self._records[key] = self._told(domain, seq, variable)
        return self._records[key]

    def supplement(self, name: str, code: str, value: str, variable: str) -> Step:
        """The record of SUPPDM or SC in which a variable of ADSL was collected."""
        for seq, (row, _, _) in self._domain(name).items():
            if row.get(code) == variable:
                return self.record(name, seq, value)
        return Step(f"{name} has no {variable} of {self.usubjid}")

    def _told(self, domain: str, seq: object, variable: str) -> Step:
        if domain not in self.data.snapshot.tables:
            return Step(f"{domain} was not collected")
        found = self._domain(domain).get(seq)
        if found is None:
            return Step(f"{domain} has no record {seq} of {self.usubjid}")
        known, written, place = found
        shown = _SHOWN.get(domain, tuple(k for k in written if k.endswith("DTC")))
        if variable in known and variable not in shown:
            shown = (*shown, variable)
        parts = [_value(k, written, known) for k in shown if written.get(k) is not None]
        number = int(seq) if isinstance(seq, int) else None
        value = known.get(variable)
        return Step(", ".join(parts), "", place, (), Record(domain, number, variable, value))

    def _domain(self, domain: str) -> dict[object, tuple[Fields, Fields, str]]:
        """Number -> the record as known at the look, as it was collected, and its file and row."""
        if domain not in self._domains:
            self._domains[domain] = dict(self._placed(domain))
        return self._domains[domain]

    def _placed(self, domain: str) -> Iterator[tuple[object, tuple[Fields, Fields, str]]]:
        snapshot, mine = self.data.snapshot, pl.col("USUBJID") == self.usubjid
        source = snapshot.collected or SDTM(snapshot.tables, {})
        whole = source.tables.get(domain, snapshot.tables[domain])
        sheet = Sheet(domain, whole, source.parts.get(domain, ()), source.files.get(domain, ""))
        known = with_sequence(snapshot.tables[domain].filter(mine), domain).to_dicts()
        written = with_sequence(whole.with_row_index("_row").filter(mine), domain).to_dicts()
        numbered = f"{domain}SEQ" in whole.columns
        by_number = {row["SEQ"]: row for row in reversed(written)}
        for row in reversed(known):  # of two records with one number the first is the one
            seq = row.pop("SEQ")
            one = by_number.get(seq) if numbered else _collected(row, written)
            yield seq, (row, one or row, sheet.place(row=one["_row"] if one else None))


def _collected(known: Fields, written: list[Fields]) -> Fields | None:
    """The collected record of a domain without numbers; the cut may have changed its end."""
    fixed = [c for c in known if not c.endswith(("ENDTC", "ENDY")) and known[c] is not None]
    return next((w for w in written if all(w.get(c) == known[c] for c in fixed)), None)


def _value(name: str, written: Fields, known: Fields) -> str:
    """A variable as it was collected, and as it is known at the look if the cut changed it."""
    text, now = str(written[name]), known.get(name, written[name])
    if now == written[name] or str(now) == text:
        return f"{name} {text}"
    return f"{name} {text} (at the cut-off: {'unknown' if now is None else now})"
