"""Rules about subjects and their arms."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.errors import Finding, did_you_mean
from equipoise.sdtm.conform.requirements import UNASSIGNED_ARMS
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
    """S21: an arm that the protocol does not know."""
    if study.arms is None:
        return
    for sheet in study.having("ARM", "ARMCD", domain="DM"):
        is_known = sheet.table.select(
            pl.any_horizontal(pl.col("ARM", "ARMCD").is_in(sorted(study.arms)))
            | pl.any_horizontal(pl.col("ARM", "ARMCD").str.to_uppercase().is_in(UNASSIGNED_ARMS))
            | pl.all_horizontal(pl.col("ARM", "ARMCD").is_null())
        ).to_series()
        arms = sheet.table["ARM"]
        strange = ~is_known.fill_null(False)
        for arm in arms.filter(strange).unique(maintain_order=True).to_list():
            hint = did_you_mean(arm or "", study.arms)
            expected = f"one of {', '.join(sorted(study.arms))}{hint}"
            words = Words("S21", "error", "the protocol has no arm {found}", expected)
            yield from listed(sheet, strange & arms.eq_missing(arm), "ARM", words)


def assigned_arms(study: ExaminedStudy) -> Iterator[Finding]:
    """S22: a subject has neither an arm nor a reason why not."""
    for sheet in study.having("ARM", domain="DM"):
        bad = sheet.table["ARM"].is_null()
        if "ARMNRS" in sheet.table.columns:
            bad = bad & sheet.table["ARMNRS"].is_null()
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


def treated_as_planned(study: ExaminedStudy) -> Iterator[Finding]:
    """S25: a subject's actual arm is not the planned one (treated otherwise, or not at all)."""
    for sheet in study.having("ARM", "ACTARM", domain="DM"):
        words = Words(
            *("S25", "warning", 'the actual arm is {found}, the planned one "{planned}"'),
            columns={"planned": "ARM"},
        )
        yield from listed(sheet, sheet.table["ARM"] != sheet.table["ACTARM"], "ACTARM", words)


def empty_arms(study: ExaminedStudy) -> Iterator[Finding]:
    """S26: nobody is in an arm of the protocol, by name or by code."""
    for sheet in study.having("ARM", "ARMCD", domain="DM"):
        pairs = sheet.table.select("ARM", "ARMCD").unique().rows()
        present = {value for pair in pairs for value in pair}
        for arm in sorted((study.arms or frozenset()) - present):
            yield Finding(sheet.place("ARM"), f'nobody is in the arm "{arm}"', "", "S26", "warning")


SUBJECT_RULES = (
    *(known_subjects, known_arms, assigned_arms, paired_codes, single_arm),
    *(treated_as_planned, empty_arms),
)
