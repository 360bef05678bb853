"""A planted bug turns each check of the report's safety rows, committee and package red."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.analysis.progress import course, progress
from equipoise.analysis.safety import exposure, overview, shifts
from equipoise.errors import InputError
from equipoise.reporting.calls import counted
from equipoise.reporting.exports import ctgov_events
from equipoise.reporting.monitoring import scan
from equipoise.reporting.monitoring.report import stop_if_betrayed
from oracle import test_r_families as families
from support.dual import dual_interim
from support.mutants import plant
from support.street import pilot_results
from unit.analysis import test_progress as progressed
from unit.analysis import test_safety_rows as safety
from unit.reporting import test_exports as exports


def red(run, *args) -> None:
    with pytest.raises(AssertionError):
        run(*args)


def test_time_at_risk_that_ends_before_death(monkeypatch) -> None:
    plant(monkeypatch, overview._years, 'pl.coalesce("DTHDT", "LSTALVDT")', 'pl.col("LSTALVDT")')
    red(safety.test_time_at_risk_ends_with_death_or_the_last_sign_of_life)


def test_events_counted_as_patients(monkeypatch) -> None:
    plant(monkeypatch, overview._kind, '("events", own.height, None)', '("events", x, None)')
    red(safety.test_events_and_patients_by_kind)


def test_a_share_of_all_and_not_of_the_arm(monkeypatch) -> None:
    plant(monkeypatch, exposure._shared, "x / n if n", "x / (n + 1) if n")
    red(safety.test_doses_by_hand)


def test_the_mildest_grade_for_the_worst(monkeypatch) -> None:
    plant(monkeypatch, shifts._worst, 'pl.col("WORST").max()', 'pl.col("WORST").min()')
    red(safety.test_worst_grades_add_up_to_the_denominator_and_shifts_to_the_grades)


def test_accrual_of_the_day_before(monkeypatch) -> None:
    plant(monkeypatch, course.accrual, "days <= at", "days < at", also=(progress,))
    progressed.rows.cache_clear()
    try:
        red(progressed.test_accrual_by_month_is_a_count_of_dates)
    finally:
        progressed.rows.cache_clear()


def test_a_scan_that_overlooks_colors(monkeypatch, tmp_path: Path) -> None:
    secrets = scan.secrets_of(dual_interim())
    assert scan.betrayed("<p style='fill: var(--a1)'>", secrets)
    plant(monkeypatch, scan.betrayed, "_COLORS.finditer(text)", "_COLORS.finditer('')")
    assert not scan.betrayed("<p style='fill: var(--a1)'>", secrets)
    with pytest.raises(InputError, match="title"):  # what else tells an arm still stops it
        stop_if_betrayed("<title>Placebo with chemotherapy</title>", dual_interim())


def test_responders_for_patients_in_r(monkeypatch) -> None:
    plant(monkeypatch, counted._count, "(x[0], n[0])", "(n[0], x[0])")
    red(families.test_a_call_of_shares_has_the_counts)


def test_events_told_as_patients_to_a_register(monkeypatch) -> None:
    plant(
        monkeypatch, ctgov_events._terms, '"numAffected": _people(own, arm)',
        '"numAffected": own.filter(pl.col("ARMKEY") == arm).height',
    )  # fmt: skip
    exports.section.cache_clear()
    try:
        red(exports.test_terms_have_the_patients_of_table_4)
    finally:
        exports.section.cache_clear()
    assert pilot_results().rows.height
