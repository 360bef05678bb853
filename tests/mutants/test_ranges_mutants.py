"""A planted bug in which range holds of a sample is seen."""

import pytest

from byhand import test_reference_ranges as byhand
from equipoise.conduct import recorded
from equipoise.conduct.commands import findings
from equipoise.conduct.commands.entering import checking, set_ranges
from equipoise.conduct.ranges import holding, told
from equipoise.conduct.store.served import whole
from equipoise.service.reading.kept import sites
from equipoise.service.reading.ranged import LabHere
from support.mutants import plant
from support.ranged import begun
from support.served import Site
from unit.conduct.commands import test_ranges, test_ranges_read
from unit.conduct.ranges import test_told
from unit.service import test_ranges as test_pages

TABLE, NORMAL = holding.RangeTable, holding.NormalLimits


def of_dated_ranges(folder):
    """As tabulated and as rules know them."""
    test_ranges_read.test_a_later_range_changes_nothing_of_before(begun(folder / "a"))


def of_samples(folder):
    trial = begun(folder / "b", forms=True)
    test_ranges_read.test_the_day_of_the_sample_decides_not_that_of_its_visit_or_entry(trial)


def of_checks(folder):
    test_ranges_read.test_a_check_asks_by_the_range_of_the_site(begun(folder, forms=True))


def of_two_sites(folder):
    test_ranges_read.test_the_same_value_at_two_sites(begun(folder))


def of_today(folder):
    test_pages.test_what_waits_today_is_looked_at_again_once_a_range_is_told(Site(begun(folder)))


def of_pages(folder):
    test_pages.test_the_range_stands_beside_the_value_and_grades_it(Site(begun(folder)))


def of_periods(_):
    byhand.test_a_range_holds_from_its_day_on_and_not_the_day_before()


def of_told_twice(_):
    byhand.test_the_last_time_that_a_range_was_told_counts()


def of_ages(_):
    byhand.test_sex_and_age("M", 65, "16")


def of_unknown_sex(_):
    byhand.test_sex_and_age(None, 40, None)


def of_units(_):
    byhand.test_units()


def of_corrections(folder):
    test_ranges.test_a_correction_needs_a_reason_and_both_stand(begun(folder))


def of_lost(folder):
    test_ranges.test_nobody_loses_a_range_without_a_word(begun(folder))


def of_cells(_):
    test_told.test_all_that_is_wrong_is_told_at_once()


BUGS = {
    "the range of the day of entry, by rules": (
        of_dated_ranges, findings.results, "held=day", "held=today(desk)", (test_ranges_read,),
    ),
    "the range of today, tabulated": (
        of_dated_ranges, recorded._Trial.ranged, 'held=row.get("date")', "held=dt.date.max", (),
    ),
    "the range of the visit, not of the sample": (
        of_samples, holding.sampled_on,
        "dt.date.fromisoformat(taken[:_DAY])", "held", (),
    ),
    "from the day after": (of_periods, TABLE.on, "if one <= day", "if one < day", ()),
    "the first range for ever": (of_periods, TABLE.on, "max((one", "min((one", ()),
    "sex before age": (
        of_ages, holding._of, "(one.age_from, one.sex != BOTH)", "(one.sex != BOTH, one.age_from)",
        (),
    ),
    "a sex that is not known is guessed": (
        of_unknown_sex, TABLE.holding, "else SEXES", "else SEXES[:1]", (),
    ),
    "as it was told before": (
        of_told_twice, TABLE.__init__, "last[key].n < one.n", "True", (),
    ),
    "what was typed comes first": (
        of_dated_ranges, holding.with_limits, '{**row, "lower": found.lower, "upper": found.upper}',
        "dict(row)", (recorded, findings),
    ),
    "who waits is not looked at again": (
        of_today, whole.is_about_all, ".first()", ".first() if 0 else None", (sites,),
    ),
    "pages by what was typed": (
        of_pages, LabHere.judged, "found is not None and unit", "False", (),
    ),
    "another site's": (
        of_two_sites, findings.ranges_of, "laboratory=site", "", (),
    ),
    "checks by what was typed": (
        of_checks, findings.ranged, "if not table", "if True", (checking,),
    ),
    "a correction without a reason": (
        of_corrections, set_ranges.SetRanges._rewritten, "before is not None and", "False and", (),
    ),
    "a range that is lost": (
        of_lost, set_ranges._uncovered, "_first_age(before, sex) < _first_age(after, sex)", "False",
        (),
    ),
    "the first fault alone": (
        of_cells, told._read, "wrong += faults", "wrong += faults[:1]", (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_is_seen(bug, monkeypatch, tmp_path):
    check, function, old, new, also = BUGS[bug]
    plant(monkeypatch, function, old, new, also=also)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check(tmp_path)


CHECKS = dict.fromkeys(one[0] for one in BUGS.values())


@pytest.mark.parametrize("check", CHECKS, ids=lambda one: one.__name__)
def test_without_a_bug_all_is_well(check, tmp_path):
    check(tmp_path)
