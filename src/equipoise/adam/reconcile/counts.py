"""Subjects and rows from the files to the analysis datasets, counted where they part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import flag_name, members
from equipoise.errors import InputError
from equipoise.sdtm.cut.cut import ENTERED_LATER, PARENT_GONE, STARTS_LATER
from equipoise.sdtm.entry import randomized

_OWN = frozenset({"AE", "CM", "EG", "EX", "LB", "MH", "QS", "VS"})
"""Domains of which every row of somebody in an arm should stand in an analysis dataset."""
_QUALIFIERS = ("SUPPDM", "SC")
CUT, NOBODYS, USED, NOT_USED = "cut off", "of nobody in an arm", "used", "not used"
_GONE = (ENTERED_LATER, STARTS_LATER, PARENT_GONE)


@dataclass(frozen=True, slots=True)
class Parted:
    """A number and its parts, which add up to it.

    lost : the names of parts that are in no analysis although they might be expected there
    """

    what: str
    whole: int
    parts: tuple[tuple[str, int], ...]
    lost: tuple[str, ...] = ()

    def check(self) -> Parted:
        """Itself. Raises InputError if the parts do not add up to the whole."""
        total = sum(count for _, count in self.parts)
        if total != self.whole:
            told = " + ".join(f"{count:,} {name}" for name, count in self.parts)
            raise InputError(
                f"the numbers of the data do not add up: {self.what} {self.whole:,}, but {told} "
                f"= {total:,}"
            )
        return self

    def in_words(self) -> str:
        """`254 in an arm, 52 Screen Failure`"""
        return ", ".join(f"{count:,} {name}" for name, count in self.parts)

    def to_dict(self) -> dict[str, Any]:
        return {"what": self.what, "whole": self.whole, "parts": dict(self.parts)}


def subjects(data: ADaM) -> list[Parted]:
    """Read, randomized, in an arm, in each population; each with its parts.

    Raises   InputError if they do not add up.
    Checked  tests/unit/adam/test_reconcile.py
    """
    adsl, dm = data.table("ADSL"), data.snapshot.table("DM")
    read = data.snapshot.read.get("DM", dm.height)
    later = _excluded(data, "DM", (ENTERED_LATER,))
    out = dm.join(adsl.select("USUBJID"), on="USUBJID", how="anti")
    reasons = _reasons(out)
    entered = [("entered after the cut-off", later)] if later else []
    shares = [Parted("subjects read", read, (*entered, ("in an arm", adsl.height), *reasons))]
    shares += _randomized(data, adsl)
    arms = tuple(
        (arm.label, int((adsl["TRT01P"] == key).sum())) for key, arm in data.protocol.arms.items()
    )
    shares.append(Parted("in an arm", adsl.height, arms))
    shares += [_population(data, key, adsl) for key in data.protocol.populations]
    return [share.check() for share in shares]


def _reasons(out: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    words = ["ARM", "ARMNRS"] if "ARMNRS" in out.columns else ["ARM"]
    said = out.select(pl.coalesce(pl.col(word).cast(pl.String) for word in words)).to_series()
    counts = said.fill_null("no arm").value_counts(sort=True, name="n")
    return tuple((str(word), count) for word, count in counts.iter_rows())


def _randomized(data: ADaM, adsl: pl.DataFrame) -> Iterator[Parted]:
    drawn = randomized(data.snapshot.tables).filter(pl.col("key") != "ENROLLED")
    if drawn.is_empty():
        return
    inside = drawn.join(adsl.select("USUBJID"), on="USUBJID", how="semi").height
    lost = drawn.height - inside
    if lost:
        raise InputError(
            f"{lost:,} of {drawn.height:,} randomized subjects (DS) are in no arm of the protocol"
        )
    yield Parted("randomized, by DS", drawn.height, (("in an arm", inside),))
    without = adsl.height - inside
    if without:
        parts = (("randomized, by DS", inside), ("without a record of it", without))
        yield Parted("in an arm", adsl.height, parts)


def _population(data: ADaM, key: str, adsl: pl.DataFrame) -> Parted:
    flagged = int((adsl[flag_name(key, data.protocol)] == "Y").sum())
    inside = members(adsl, key, data.protocol)
    parts = [
        (arm.label, int((inside["ARMKEY"] == name).sum()))
        for name, arm in data.protocol.arms.items()
    ]
    away = flagged - inside.height
    lost = "of no arm as treated"
    if away:
        parts.append((lost, away))
    parts.append(("not in it", adsl.height - flagged))
    return Parted(f"population {key}", adsl.height, tuple(parts), (lost,) if away else ())


def rows(data: ADaM) -> list[Parted]:
    """The rows of each domain: cut off, of nobody in an arm, used by an analysis dataset, or not.

    Raises   InputError if they do not add up.
    """
    read = data.snapshot.read
    return [
        _domain(data, name, read.get(name, table.height))
        for name, table in sorted(data.snapshot.tables.items())
    ]


def _domain(data: ADaM, name: str, read: int) -> Parted:
    table = data.snapshot.tables[name]
    gone = _excluded(data, name, _GONE)
    parts = [(CUT, gone)]
    if "USUBJID" not in table.columns:
        return Parted(name, read, (*parts, (NOT_USED, table.height))).check()
    people = data.table("ADSL").select("USUBJID")
    mine = table.join(people, on="USUBJID", how="semi")
    used = mine.height if name in ("DM", *_QUALIFIERS) else _used(data, name, mine)
    of_no_subject = table.filter(pl.col("USUBJID").fill_null("") == "").height
    left = mine.height - used
    nobodys = table.height - mine.height - of_no_subject
    parts += [(NOBODYS, nobodys), (USED, used), (NOT_USED, left + of_no_subject)]
    lost = (NOT_USED,) if left and name in _OWN and f"AD{name}" in data.tables else ()
    return Parted(name, read, tuple(parts), lost).check()


def _used(data: ADaM, name: str, mine: pl.DataFrame) -> int:
    """How many of a domain's rows some row of an analysis dataset names as its record."""
    number = f"{name[:2]}SEQ"
    if number not in mine.columns:
        return 0
    told = [pl.DataFrame(schema={"USUBJID": pl.String, "SEQ": pl.Float64})]
    for table in data.tables.values():
        told += [part for part in _records(table, name) if part.height]
    mine = mine.select("USUBJID", SEQ=pl.col(number).cast(pl.Float64))
    return mine.join(pl.concat(told).unique(), on=["USUBJID", "SEQ"], how="semi").height


def _records(table: pl.DataFrame, domain: str) -> Iterator[pl.DataFrame]:
    """(USUBJID, SEQ) of the records of a domain that an analysis dataset names."""
    prefix = domain[:2]
    own = {f"{prefix}SEQ", f"{prefix}SEQS", f"{prefix}BASESEQ"}
    named = [(table, column) for column in sorted(own & set(table.columns))]
    if "SRCDOM" in table.columns:
        sourced = table.filter(pl.col("SRCDOM") == domain)
        named += [(sourced, c) for c in ("SRCSEQ", "SRCSEQS") if c in table.columns]
    for rows_of, column in named:
        found = rows_of.select("USUBJID", SEQ=column)
        found = found.explode("SEQ") if found.schema["SEQ"].base_type() == pl.List else found
        yield found.select("USUBJID", pl.col("SEQ").cast(pl.Float64, strict=False)).drop_nulls()


def _excluded(data: ADaM, domain: str, reasons: tuple[str, ...]) -> int:
    told = data.snapshot.excluded
    mine = told.filter((pl.col("domain") == domain) & pl.col("reason").is_in(reasons))
    return int(mine["rows"].sum())
