"""Which reference range holds of a sample, worked by hand.

Two laboratories and alanine aminotransferase of one patient, in U/L. CTCAE: grade 1 above the upper
limit of normal (ULN), grade 2 above 3 x ULN, grade 3 above 5 x ULN.

    value 130    site A, ULN 45: 3 x 45 = 135, so 130 is grade 1
                 site B, ULN 40: 3 x 40 = 120, so 130 is grade 2
"""

import datetime as dt

import numpy as np
import pytest

from equipoise.conduct.ranges.holding import (
    Person,
    RangeTable,
    ReferenceRange,
    person_of,
    sampled_on,
    with_limits,
)
from equipoise.conduct.toxicity import toxicity_grade

JAN, JUNE = dt.date(2026, 1, 1), dt.date(2026, 6, 1)
DAY = dt.timedelta(days=1)
ANNA = Person("F", 64, dt.date(2026, 3, 15))


def told(test, lower, upper, unit, *, sex="both", age=0, since=JAN, n=1, laboratory="A"):
    return ReferenceRange(laboratory, test, sex, age, since, n, lower, upper, unit)


def grade(table, value, day=JUNE, who=ANNA):
    found = table.limits("ALT", unit="U/L", day=day, who=who)
    limits = {"lower": found.lower, "upper": found.upper}
    return int(
        toxicity_grade(np.array([value]), code="ALT", unit="U/L", version="4.03", **limits)[0]
    )


def test_the_same_value_has_another_grade_at_another_site():
    a = RangeTable([told("ALT", "10", "45", "U/L")])
    b = RangeTable([told("ALT", "10", "40", "U/L", laboratory="B")])
    assert (grade(a, 130.0), grade(b, 130.0)) == (1, 2)
    assert (grade(a, 135.0), grade(b, 120.0)) == (1, 1)  # on the limit the milder grade


def test_a_range_holds_from_its_day_on_and_not_the_day_before():
    table = RangeTable([told("ALT", "10", "45", "U/L"), told("ALT", "10", "40", "U/L", since=JUNE)])
    assert grade(table, 130.0, day=JUNE - DAY) == 1
    assert grade(table, 130.0, day=JUNE) == 2
    assert table.limits("ALT", unit="U/L", day=JAN - DAY, who=ANNA) is None
    assert table.limits("ALT", unit="U/L", day=None, who=ANNA) is None


@pytest.mark.parametrize(
    ("sex", "age", "upper"),
    [
        ("M", 40, "17"), ("F", 40, "15.5"), ("M", 65, "16"), ("F", 65, "16"), ("F", 64, "15.5"),
        (None, 65, "16"), (None, 40, None), ("M", None, None), ("F", None, None),
    ],
)  # fmt: skip
def test_sex_and_age(sex, age, upper):
    """Of 65 and older one range for both; who is of no known sex or age has that which all have."""
    table = RangeTable([
        told("HGB", "13.5", "17", "g/dL", sex="M"), told("HGB", "12", "15.5", "g/dL", sex="F"),
        told("HGB", "12.5", "16", "g/dL", age=65),
    ])  # fmt: skip
    found = table.holding("HGB", day=JUNE, who=Person(sex, age, JUNE))
    assert (found and found.upper) == upper


def test_at_the_same_age_the_own_sex_comes_first():
    table = RangeTable([told("CREAT", "60", "110", "umol/L"),
                        told("CREAT", "45", "90", "umol/L", sex="F")])  # fmt: skip
    of = {sex: table.holding("CREAT", day=JUNE, who=Person(sex, 50, JUNE)) for sex in "FM"}
    assert (of["F"].upper, of["M"].upper) == ("90", "110")


def test_the_ranges_of_a_day_hold_all_together():
    """From June one range for both: the one for women since January holds no more."""
    table = RangeTable([
        told("HGB", "12", "15.5", "g/dL", sex="F"), told("HGB", "13.5", "17", "g/dL", sex="M"),
        told("HGB", "12.5", "16.5", "g/dL", since=JUNE),
    ])  # fmt: skip
    assert table.holding("HGB", day=JUNE, who=ANNA).upper == "16.5"
    assert table.holding("HGB", day=JUNE - DAY, who=ANNA).upper == "15.5"


def test_the_last_time_that_a_range_was_told_counts():
    table = RangeTable([told("ALT", "10", "35", "U/L", n=2), told("ALT", "10", "350", "U/L")])
    assert table.holding("ALT", day=JUNE, who=ANNA).upper == "35"


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (dt.date(2026, 3, 15), 64), (dt.date(2027, 3, 14), 64), (dt.date(2027, 3, 15), 65),
        (dt.date(2026, 3, 14), 63), (dt.date(2036, 3, 15), 74),
    ],
)  # fmt: skip
def test_age_on_a_day(day, age):
    """64 as told at consent on 15 March 2026, and a year more on each 15 March."""
    assert ANNA.age_on(day) == age


def test_age_by_the_year_of_birth_where_no_age_was_told():
    said = {"SEX": "M"}
    who = person_of(said, consented=JAN, year_of_birth=1960)
    assert who.age_on(dt.date(2026, 12, 31)) == 66
    assert person_of({"SEX": "U", "AGE": "?"}, consented=JAN) == Person(None, None, JAN)


def test_units():
    """1.2 mg/dL of creatinine (113.12 g/mol) is 12 mg/L or 106.08 umol/L; 45 U/L is 0.75 ukat/L."""
    table = RangeTable([told("CREAT", "0.6", "1.2", "mg/dL"), told("ALT", None, "45", "U/L")])
    found = table.limits("CREAT", unit="umol/L", day=JUNE, who=ANNA)
    assert found.upper == pytest.approx(106.08, abs=0.01)
    assert found.lower == pytest.approx(53.04, abs=0.01)
    assert table.limits("CREAT", unit="mg/L", day=JUNE, who=ANNA)[:2] == (6.0, 12.0)
    assert table.limits("ALT", unit="ukat/L", day=JUNE, who=ANNA).upper == pytest.approx(0.75, 1e-3)
    assert table.limits("ALT", unit="ukat/L", day=JUNE, who=ANNA).lower is None
    for unit in ("", "GBq", "stones"):
        assert table.limits("ALT", unit=unit, day=JUNE, who=ANNA) is None


def test_the_day_of_the_sample_before_that_of_its_visit():
    """Taken in May, the visit in June: the range of May holds."""
    table = RangeTable([told("ALT", "10", "45", "U/L"), told("ALT", "10", "40", "U/L", since=JUNE)])
    row = {"code": "ALT", "unit": "U/L", "value": 130.0, "upper": 30.0}
    taken = {**row, "LBDTC": "2026-05-31T08:10"}
    assert with_limits(taken, table, held=JUNE, who=ANNA)[0]["upper"] == 45.0
    assert with_limits(row, table, held=JUNE, who=ANNA)[0]["upper"] == 40.0
    assert with_limits(row, RangeTable(), held=JUNE, who=ANNA) == (row, None)
    assert sampled_on({"LBDTC": "2026-05"}, JUNE) == JUNE
