"""Rules about what happened to subjects: arms, ends, elements, visits, lesions, grades."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from equipoise.errors import Finding
from equipoise.sdtm.conform.requirements import UNASSIGNED_ARMS
from equipoise.sdtm.dates import earliest, latest
from equipoise.sdtm.places import Sheet, Words, listed
from equipoise.sdtm.study import ExaminedStudy

_FAILED: Final = "SCREEN FAILURE"
_SUBJECT: Final = {"subject": "USUBJID"}
_AT_VISITS: Final = ("LB", "VS", "QS", "TU", "TR", "RS")
_GRADES: Final = ("0", "1", "2", "3", "4", "5")


def reasons_for_no_arm(study: ExaminedStudy) -> Iterator[Finding]:
    """S51: ARMNRS beside both arms, or an actual arm missing without it.

    Source   SDTMIG 3.4, section 5.2 (DM): ARMNRS is null if and only if both arms are there.
    """
    for sheet in study.having("ARMCD", "ACTARMCD", "ARMNRS", "USUBJID", domain="DM"):
        planned, actual = (_is_arm(sheet.table[name]) for name in ("ARMCD", "ACTARMCD"))
        reason = sheet.table["ARMNRS"].is_not_null()
        words = Words(
            *("S51", "warning", "{found}, and yet {subject} has both arms", "no ARMNRS"),
            columns=_SUBJECT,
        )
        yield from listed(sheet, planned & actual & reason, "ARMNRS", words)
        words = Words("S51", "warning", "no actual arm, and no reason", "the reason in ARMNRS")
        lost = planned & sheet.table["ACTARMCD"].is_null() & ~reason
        yield from listed(sheet, lost, "ACTARMCD", words)


def _is_arm(codes: pl.Series) -> pl.Series:
    """Codes of arms: before SDTMIG 3.3 the reason for none stood in their place."""
    return codes.is_not_null() & ~codes.str.to_uppercase().is_in(UNASSIGNED_ARMS)


def failures_without_start(study: ExaminedStudy) -> Iterator[Finding]:
    """S52: a screen failure with a reference start."""
    for sheet in study.having("USUBJID", "ARMNRS", "RFSTDTC", domain="DM"):
        text = "{subject} is a screen failure, and has a reference start: {found}"
        words = Words("S52", "warning", text, "no RFSTDTC", columns=_SUBJECT)
        yield from listed(
            sheet, _failed(sheet) & sheet.table["RFSTDTC"].is_not_null(), "RFSTDTC", words
        )


def failures_with_reason(study: ExaminedStudy) -> Iterator[Finding]:
    """S53: a screen failure of whom neither IE nor DS says why."""
    told = _with_reason(study)
    if told is None:
        return
    for sheet in study.having("USUBJID", "ARMNRS", domain="DM"):
        text = "{subject} is a screen failure, and neither IE nor DS says why"
        expected = "a criterion in IE, or a disposition event in DS"
        words = Words("S53", "warning", text, expected, columns=_SUBJECT)
        unsaid = _failed(sheet) & ~sheet.table["USUBJID"].is_in(told.implode())
        yield from listed(sheet, unsaid, "ARMNRS", words)


def _failed(sheet: Sheet) -> pl.Series:
    return (sheet.table["ARMNRS"] == _FAILED).fill_null(False)


def _with_reason(study: ExaminedStudy) -> pl.Series | None:
    """Subjects of whom IE has a criterion or DS an end; None where there is neither domain."""
    found = [sheet.table["USUBJID"] for sheet in study.having("USUBJID", domain="IE")]
    ended = pl.col("DSCAT") == "DISPOSITION EVENT"
    sheets = study.having("USUBJID", "DSCAT", domain="DS")
    found += [sheet.table.filter(ended)["USUBJID"] for sheet in sheets]
    return pl.concat(found).drop_nulls() if found else None


def elements_in_a_row(study: ExaminedStudy) -> Iterator[Finding]:
    """S54: a gap between two elements of a subject, or an overlap.

    Source   SDTMIG 3.4, section 5.3 (SE): an element begins where the one before it ended.
    """
    for sheet in study.having("USUBJID", "SESTDTC", "SEENDTC", domain="SE"):
        days = sheet.table.select("USUBJID").with_row_index("_row").with_columns(
            first=earliest(sheet.table["SESTDTC"]), last=latest(sheet.table["SESTDTC"]),
            ended=latest(sheet.table["SEENDTC"]), ends=earliest(sheet.table["SEENDTC"]),
        ).sort("USUBJID", "first", "_row")  # fmt: skip
        before = {name: pl.col(name).shift(1).over("USUBJID") for name in ("ended", "ends", "last")}
        gap = (pl.col("first") - before["ended"]).dt.total_days() > 1
        overlap = (pl.col("last") < before["ends"]) | (
            before["ends"].is_null() & before["last"].is_not_null()
        )
        told = days.select("_row", gap=gap, overlap=overlap).sort("_row")
        for name in ("gap", "overlap"):
            text = f"{{found}} leaves {'a gap to' if name == 'gap' else 'an overlap with'} "
            text += "the element before it of {subject}"
            words = Words("S54", "warning", text, "the day on which that ended", columns=_SUBJECT)
            yield from listed(sheet, told[name], "SESTDTC", words)


def elements_of_the_plan(study: ExaminedStudy) -> Iterator[Finding]:
    """S55: an element of a subject that TE does not have."""
    known = next((s.table["ETCD"] for s in study.having("ETCD", domain="TE")), None)
    if known is None:
        return
    for sheet in study.having("ETCD", domain="SE"):
        strange = ~sheet.table["ETCD"].is_in([*known.drop_nulls(), "UNPLAN"])
        yield from listed(sheet, strange, "ETCD", Words("S55", "warning", "TE has no {found}"))


def visits_that_were_held(study: ExaminedStudy) -> Iterator[Finding]:
    """S56: a visit that stands twice in SV; a result of a visit that SV does not have."""
    for sheet in study.having("USUBJID", "VISITNUM", domain="SV"):
        held = sheet.table.select("USUBJID", "VISITNUM")
        known = pl.all_horizontal(pl.all().is_not_null())
        twice = held.select(known & (pl.int_range(pl.len()).over("USUBJID", "VISITNUM") > 0))
        words = Words("S56", "warning", "{subject} has the visit {found} twice", columns=_SUBJECT)
        yield from listed(sheet, twice.to_series(), "VISITNUM", words)
        for name in _AT_VISITS:
            for other in study.having("USUBJID", "VISITNUM", domain=name):
                yield from _unheld(other, held)


def _unheld(sheet: Sheet, held: pl.DataFrame) -> Iterator[Finding]:
    asked = sheet.table.select("USUBJID", "VISITNUM").with_row_index("_row")
    asked = asked.filter(pl.col("USUBJID").is_in(held["USUBJID"].implode()))
    asked = asked.filter(pl.col("VISITNUM").is_not_null())
    lost = asked.join(held, on=["USUBJID", "VISITNUM"], how="anti")["_row"]
    bad = pl.Series([False]).new_from_index(0, sheet.table.height)
    bad = bad.scatter(lost, True) if len(lost) else bad
    words = Words("S56", "warning", "SV has no visit {found} of {subject}", columns=_SUBJECT)
    yield from listed(sheet, bad, "VISITNUM", words)


def lesions_that_are_linked(study: ExaminedStudy) -> Iterator[Finding]:
    """S57: a measured lesion that TU does not know; a relation by a variable that is not there."""
    for tu in study.having("USUBJID", "TULNKID", domain="TU"):
        named = tu.table.select("USUBJID", TRLNKID="TULNKID").drop_nulls().unique()
        named = named.with_columns(known=True)
        for sheet in study.having("USUBJID", "TRLNKID", domain="TR"):
            keys = ["USUBJID", "TRLNKID"]
            asked = sheet.table.select(keys).join(named, on=keys, how="left", maintain_order="left")
            lost = asked["known"].is_null() & asked["TRLNKID"].is_not_null()
            text = "TU has no lesion {found} of {subject}"
            yield from listed(
                sheet, lost, "TRLNKID", Words("S57", "warning", text, columns=_SUBJECT)
            )
    for sheet in study.having("RDOMAIN", "IDVAR", domain="RELREC"):
        absent = [
            domain in study.sheets and name not in study.sheets[domain].table.columns
            for domain, name in sheet.table.select("RDOMAIN", "IDVAR").iter_rows()
        ]
        words = Words("S57", "warning", "{domain} has no {found}", columns={"domain": "RDOMAIN"})
        yield from listed(sheet, pl.Series(absent, dtype=pl.Boolean), "IDVAR", words)


def grades_of_results(study: ExaminedStudy) -> Iterator[Finding]:
    """S58: a toxicity grade that is none, or one above 0 that does not say of what."""
    for sheet in study.having("LBTOXGR", domain="LB"):
        grade = sheet.table["LBTOXGR"].cast(pl.String)
        words = Words("S58", "warning", "{found} is no toxicity grade", "a number from 0 to 5")
        yield from listed(sheet, ~grade.is_in(_GRADES) & grade.is_not_null(), "LBTOXGR", words)
        if "LBTOX" in sheet.table.columns:
            unsaid = sheet.table["LBTOX"].is_null() & grade.is_in(_GRADES[1:])
            words = Words("S58", "warning", "grade {found}, and LBTOX does not say of what")
            yield from listed(sheet, unsaid, "LBTOXGR", words)


CONDUCTED_RULES = (
    *(reasons_for_no_arm, failures_without_start, failures_with_reason),
    *(elements_in_a_row, elements_of_the_plan, visits_that_were_held),
    *(lesions_that_are_linked, grades_of_results),
)
