"""The epochs of a protocol as elements: what an arm goes through, and when a subject did."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from equipoise.conduct.record import Record
from equipoise.protocol import Protocol
from equipoise.protocol.model import Visit
from equipoise.sdtm.tabulate.rows import identified, iso, numbered, study_day
from equipoise.units import Duration

_ISO = {"day": "D", "week": "W", "month": "M", "year": "Y"}
_CODE = 8  # characters of ETCD (SDTMIG 3.4, section 7.2.1)


class Element(NamedTuple):
    """A stretch of the trial that the subjects of some arms go through.

    arm : the key of the only arm that has it, or "" if every arm does
    lasts : its longest duration, None where the protocol says none
    """

    code: str
    label: str
    epoch: str
    arm: str
    lasts: Duration | None
    starts: str
    ends: str


def elements(protocol: Protocol) -> tuple[Element, ...]:
    """The elements in order of time; the epoch that begins with randomization has one per arm.

    Source   SDTMIG 3.4, sections 7.2.1 (trial arms) and 7.2.2 (trial elements).
    Checked  tests/unit/sdtm/test_trial_design.py.
    """
    found: list[Element] = []
    keys = list(protocol.epochs)
    first = randomized_into(protocol)
    for n, key in enumerate(keys):
        epoch = protocol.epochs[key]
        before = f"End of {_words(keys[n - 1]).lower()}" if n else "Informed consent"
        starts = "Randomization" if key == first else before
        ends = str(epoch.until or "") or (f"{epoch.lasts} after its start" if epoch.lasts else "")
        whole = Element(_code(key), epoch.label, _words(key), "", epoch.lasts, starts, ends)
        if key != first:
            found.append(whole)
            continue
        for name, arm in protocol.arms.items():
            own = whole._replace(code=_code(arm.code or name), label=arm.label, arm=name)
            found.append(own)
    return tuple(_told_apart(found))


def randomized_into(protocol: Protocol) -> str | None:
    """The first epoch that is not over by the day of randomization."""
    before = {v.epoch for v in protocol.visits.values() if _is_early(v)}
    after = {v.epoch for v in protocol.visits.values() if not _is_early(v)}
    return next((key for key in protocol.epochs if key in after or key not in before), None)


def subject_elements(record: Record) -> pl.DataFrame:
    """SE: each subject's elements with the days on which they began and ended.

    Randomization ends what came before it; the end of treatment begins what follows; a later epoch
    begins with its first visit. An element that has not ended has no SEENDTC.
    Source   SDTMIG 3.4, section 5.3 (subject elements).
    """
    made = elements(record.protocol)
    if not made:
        return pl.DataFrame()
    table = identified(record, "subjects", "SE").join(_turns(record), on="subject", how="left")
    first = randomized_into(record.protocol)
    epochs = list(record.protocol.epochs)
    bounds = _bounds(record, epochs, epochs.index(first) if first in epochs else len(epochs))
    parts = [_spent(table, element, *bounds[element.epoch]) for element in made]
    columns = {
        "ETCD": pl.col("code"),
        "ELEMENT": pl.col("element"),
        "TAETORD": pl.col("order"),
        "EPOCH": pl.col("epoch"),
        "SESTDTC": iso("start"),
        "SEENDTC": iso("end"),
        "SESTDY": study_day("start"),
        "SEENDY": study_day("end"),
    }
    numbers = {_words(key): float(n) for n, key in enumerate(epochs, start=1)}
    order = pl.col("epoch").replace_strict(numbers, return_dtype=pl.Float64)
    whole = pl.concat(parts).with_columns(order=order)
    return numbered(whole, "SE", ("start", "order"), columns)


def iso_span(span: Duration | None) -> str | None:
    """A duration in ISO 8601: 76 weeks is P76W."""
    return f"P{str(span).split()[0]}{_ISO[span.unit]}" if span is not None else None


def _turns(record: Record) -> pl.DataFrame:
    """Per subject: the end of treatment, and the first visit of every epoch."""
    ends = record.table("milestones").filter(pl.col("scope") == "STUDY TREATMENT")
    ends = ends.group_by("subject").agg(treated_until=pl.col("date").min())
    seen = (
        record.table("visits")
        .group_by("subject")
        .agg(
            pl.col("date").filter(pl.col("epoch") == key).min().alias(f"first {key}")
            for key in record.protocol.epochs
        )
    )
    return ends.join(seen, on="subject", how="full", coalesce=True)


def _bounds(record: Record, epochs: list[str], at: int) -> dict[str, tuple[pl.Expr, pl.Expr]]:
    """Epoch -> the days on which a subject entered and left it."""
    starts: list[pl.Expr] = []
    for n, key in enumerate(epochs):
        if n < at:
            starts.append(pl.col("consented") if n == 0 else pl.col(f"first {key}"))
        elif n == at:
            starts.append(pl.col("randomized"))
        elif n == at + 1:
            starts.append(pl.col("treated_until"))
        else:
            starts.append(pl.col(f"first {key}"))
    last = pl.col("ended")
    ends = [*starts[1:], last]
    return {
        _words(key): (start, pl.coalesce(end, last))
        for key, start, end in zip(epochs, starts, ends, strict=True)
    }


def _spent(table: pl.DataFrame, element: Element, start: pl.Expr, end: pl.Expr) -> pl.DataFrame:
    whose = pl.col("arm") == element.arm if element.arm else pl.lit(value=True)
    return table.filter(whose & start.is_not_null()).select(
        "STUDYID",
        "DOMAIN",
        "USUBJID",
        "origin",
        code=pl.lit(element.code),
        element=pl.lit(element.label),
        epoch=pl.lit(element.epoch),
        start=start,
        end=end,
    )


def _is_early(visit: Visit) -> bool:
    return visit.day is not None and visit.day < 1


def _words(key: str) -> str:
    return key.upper().replace("FOLLOW UP", "FOLLOW-UP")


def _code(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())[:_CODE]


def _told_apart(found: list[Element]) -> list[Element]:
    """Codes that are alike after eight characters end in a number."""
    seen: dict[str, int] = {}
    told = []
    for element in found:
        count = seen[element.code] = seen.get(element.code, 0) + 1
        code = element.code if count == 1 else f"{element.code[: _CODE - 1]}{count}"
        told.append(element._replace(code=code))
    return told
