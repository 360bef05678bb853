"""Rules about subjects and their arms."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.errors import Finding, did_you_mean
from equipoise.sdtm.conform.requirements import UNASSIGNED_ARMS
from equipoise.sdtm.entry import randomized
from equipoise.sdtm.places import Words, listed
from equipoise.sdtm.study import ExaminedStudy


def known_subjects(study: ExaminedStudy) -> Iterator[Finding]:
    """S20: a record belongs to nobody in DM."""
    people = next((s.table["USUBJID"] for s in study.having("USUBJID", domain="DM")), None)
    if people is None:
        return
    everyone = people.drop_nulls().unique()
    words = Words("S20", "error", "the subject {found} is not in DM", "a USUBJID of DM")
    for sheet in study.having("USUBJID"):
        subjects = sheet.table["USUBJID"]
        stranger = ~subjects.is_in(everyone.implode()) & subjects.is_not_null()
        yield from listed(sheet, stranger, "USUBJID", words)


def known_arms(study: ExaminedStudy) -> Iterator[Finding]:
    """S21: an arm that the protocol does not know, or two of them for one subject."""
    if study.arms is None:
        return
    for sheet in study.having("ARM", "ARMCD", domain="DM"):
        named = study.arms.found(sheet.table)
        is_known = named.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        strange = ~is_known & ~_unassigned(sheet.table)
        unnamed = sheet.table["ARM"].is_null()
        for column, here in (("ARM", strange & ~unnamed), ("ARMCD", strange & unnamed)):
            said = sheet.table[column]
            for arm in said.filter(here).unique(maintain_order=True).to_list():
                hint = did_you_mean(arm, study.arms.spoken())
                expected = f"one of {', '.join(study.arms.listed)}{hint}"
                words = Words("S21", "error", "the protocol has no arm {found}", expected)
                yield from listed(sheet, here & (said == arm), column, words)
        clash = (named["ARM"] != named["ARMCD"]).fill_null(False)
        words = Words(
            *("S21", "error", 'ARM says {found} and ARMCD "{code}", which are two arms'),
            expected="the code and the name of one arm",
            columns={"code": "ARMCD"},
        )
        yield from listed(sheet, clash, "ARM", words)


def odd_codes(study: ExaminedStudy) -> Iterator[Finding]:
    """S28: a code that is not the protocol's, beside a name that tells the arm."""
    if study.arms is None:
        return
    for sheet in study.having("ARM", "ARMCD", domain="DM"):
        named = study.arms.found(sheet.table)
        coded = named["ARM"].is_in(sorted(study.arms.codes)).fill_null(False)
        odd = coded & named["ARMCD"].is_null() & sheet.table["ARMCD"].is_not_null()
        text = "the protocol has no arm of the code {found}; the arm is taken from ARM"
        yield from listed(sheet, odd, "ARMCD", Words("S28", "note", text))


def randomized_of_no_arm(study: ExaminedStudy) -> Iterator[Finding]:
    """S27: a subject was randomized, and DM says to no arm."""
    told = {name: sheet.table for name, sheet in study.sheets.items()}
    drawn = randomized(told).filter(pl.col("key") != "ENROLLED")["USUBJID"]
    for sheet in study.having("USUBJID", "ARM", "ARMCD", domain="DM"):
        bad = _unassigned(sheet.table) & sheet.table["USUBJID"].is_in(drawn.implode())
        if not bad.any():
            continue
        values = sheet.table.filter(bad)["ARM"].fill_null("nothing").value_counts(sort=True)
        seen = ", ".join(f"{value} ({count:,})" for value, count in values.iter_rows())
        text = f"randomized (DS) and in no arm: {int(bad.sum()):,} in all; ARM says: {seen}"
        words = Words("S27", "error", text, "the ARM and ARMCD of everyone randomized")
        yield from listed(sheet, bad, "ARM", words)


def _unassigned(dm: pl.DataFrame) -> pl.Series:
    """Who, by DM's own words, has no arm: a screen failure, or no word at all; never null."""
    reasons = pl.col("ARM", "ARMCD").str.to_uppercase().is_in(UNASSIGNED_ARMS).fill_null(False)
    silent = pl.all_horizontal(pl.col("ARM", "ARMCD").is_null())
    return dm.select(pl.any_horizontal(reasons) | silent).to_series()


def assigned_arms(study: ExaminedStudy) -> Iterator[Finding]:
    """S22: a subject has neither an arm nor a reason why not."""
    for sheet in study.having("ARM", domain="DM"):
        bad = sheet.table["ARM"].is_null()
        if "ARMNRS" in sheet.table.columns:
            bad = bad & sheet.table["ARMNRS"].is_null()
        if {"USUBJID", "ARMCD"} <= set(sheet.table.columns):
            bad = bad & ~_lost(study, sheet.table)
        words = Words("S22", "warning", "no arm, and no reason", "an ARM, or the reason in ARMNRS")
        yield from listed(sheet, bad, "ARM", words)


def paired_codes(study: ExaminedStudy) -> Iterator[Finding]:
    """S23: one arm code with two names, or one name with two codes."""
    for sheet in study.having("ARM", "ARMCD", domain="DM"):
        pairs = sheet.table.select("ARMCD", "ARM").drop_nulls().unique()
        for one, other in (("ARMCD", "ARM"), ("ARM", "ARMCD")):
            grouped = pairs.group_by(one).agg(pl.col(other).sort()).sort(one)
            for value, several in grouped.iter_rows():
                if len(several) > 1:
                    message = f'{one} "{value}" has {len(several)} values of {other}: '
                    message += ", ".join(several)
                    yield Finding(sheet.place(other), message, f"one {other} for each", "S23")


def single_arm(study: ExaminedStudy) -> Iterator[Finding]:
    """S24: one subject in more than one arm."""
    for sheet in study.having("USUBJID", "ARMCD", domain="DM"):
        arms = sheet.table.select(pl.col("ARMCD").n_unique().over("USUBJID")).to_series()
        words = Words(
            *("S24", "error", "the subject {subject} is in more than one arm, here {found}"),
            expected="one arm for each subject",
            columns={"subject": "USUBJID"},
        )
        yield from listed(sheet, arms > 1, "ARMCD", words)


_UNTREATED = ("NOT TREATED", "NOTTRT")  # CDISC's words for an actual arm without treatment


def treated_as_planned(study: ExaminedStudy) -> Iterator[Finding]:
    """S25: a subject's actual arm is not the planned one; that nobody treated him is no fault."""
    for sheet in study.having("ARM", "ACTARM", domain="DM"):
        words = Words(
            *("S25", "warning", 'the actual arm is {found}, the planned one "{planned}"'),
            columns={"planned": "ARM"},
        )
        planned, actual = (sheet.table[c].str.to_uppercase() for c in ("ARM", "ACTARM"))
        yield from listed(sheet, (planned != actual) & ~actual.is_in(_UNTREATED), "ACTARM", words)


def empty_arms(study: ExaminedStudy) -> Iterator[Finding]:
    """S26: nobody is in an arm of the protocol, by any of its words."""
    if study.arms is None:
        return
    for sheet in study.having("ARM", "ARMCD", domain="DM"):
        present = set(study.arms.keys(sheet.table).drop_nulls())
        for key, (word, *_) in study.arms.words.items():
            if key not in present:
                said = f'nobody is in the arm "{word}"'
                yield Finding(sheet.place("ARM"), said, "", "S26", "warning")


def treated_of_no_arm(study: ExaminedStudy) -> Iterator[Finding]:
    """S29: a subject was treated, and DM has neither an arm nor a reason why not."""
    for sheet in study.having("USUBJID", "ARM", "ARMCD", domain="DM"):
        bad = _lost(study, sheet.table)
        text = f"treated and in no arm, without a reason: {int(bad.sum()):,} in all"
        words = Words("S29", "error", text, "an ARM and ARMCD, or the reason in ARMNRS")
        yield from listed(sheet, bad, "ARM", words)


def _lost(study: ExaminedStudy, dm: pl.DataFrame) -> pl.Series:
    """Who was treated (EX, RFXSTDTC) and has no word of an arm, though DS does not tell of it."""
    told = {name: sheet.table for name, sheet in study.sheets.items()}
    drawn = randomized(told).filter(pl.col("key") != "ENROLLED")["USUBJID"]
    dosed = next((s.table["USUBJID"] for s in study.having("USUBJID", domain="EX")), drawn.clear())
    treated = pl.col("USUBJID").is_in(dosed.drop_nulls().implode())
    if "RFXSTDTC" in dm.columns:
        treated = treated | pl.col("RFXSTDTC").is_not_null()
    words = [name for name in ("ARM", "ARMCD", "ARMNRS") if name in dm.columns]
    silent = pl.all_horizontal(pl.col(words).is_null())
    return dm.select(treated & silent & ~pl.col("USUBJID").is_in(drawn.implode())).to_series()


SUBJECT_RULES = (
    *(known_subjects, known_arms, assigned_arms, paired_codes, single_arm),
    *(treated_as_planned, empty_arms, randomized_of_no_arm, odd_codes, treated_of_no_arm),
)
