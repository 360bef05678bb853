"""The number rules: one table, each style, and what every rule forbids."""

import math

import pytest

from equipoise.errors import InputError
from equipoise.reporting.words import STYLES, NumberText, capital, kind_of, rounded

REGULATOR, NEJM, ANNALS, LANCET = (
    NumberText.named(name) for name in ("regulator", "nejm", "annals", "lancet")
)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.125, 2, "0.13"),
        (-0.125, 2, "-0.13"),
        (2.5, 0, "3"),
        (1.005, 2, "1.01"),  # the decimal that was written, not the double below it
        (0.285, 2, "0.29"),
        (-0.04, 1, "0.0"),
        (-0.0, 1, "0.0"),
        (1e-12, 3, "0.000"),
        (1234567.5, 0, "1234568"),
    ],
)
def test_half_away_from_zero(value: float, digits: int, text: str) -> None:
    assert rounded(value, digits) == text


@pytest.mark.parametrize(
    ("p", "regulator", "nejm", "annals", "lancet"),
    [
        (0.0, "<0.0001", "<0.001", "<0.001", "<0·0001"),
        (0.00009999, "<0.0001", "<0.001", "<0.001", "<0·0001"),
        (0.00012, "0.0001", "<0.001", "<0.001", "0·0001"),
        (0.001, "0.0010", "0.001", "0.001", "0·0010"),
        (0.0044, "0.0044", "0.004", "0.004", "0·0044"),
        (0.0136, "0.0136", "0.01", "0.014", "0·014"),
        (0.125, "0.1250", "0.13", "0.125", "0·13"),
        (0.4, "0.4000", "0.40", "0.40", "0·40"),
        (0.99996, ">0.9999", ">0.99", ">0.99", ">0·99"),
        (1.0, ">0.9999", ">0.99", ">0.99", ">0·99"),
    ],
)
def test_p_values(p: float, regulator: str, nejm: str, annals: str, lancet: str) -> None:
    found = [words.p(p) for words in (REGULATOR, NEJM, ANNALS, LANCET)]
    assert found == [regulator, nejm, annals, lancet]


@pytest.mark.parametrize("name", STYLES)
def test_the_digits_follow_from_the_rounded_value(name: str) -> None:
    """The same text of two values has the same digits: 0.0996 is not 0.100 beside 0.10."""
    words = NumberText.named(name)
    texts = {words.p(k / 100000) for k in range(1, 100000)}
    by_value: dict[float, set[str]] = {}
    for text in texts:
        if text[0] not in "<>":
            by_value.setdefault(float(text.replace("·", ".")), set()).add(text)
    assert {v: t for v, t in by_value.items() if len(t) > 1} == {}


@pytest.mark.parametrize("name", STYLES)
def test_rounding_never_crosses_the_level_that_is_named(name: str) -> None:
    words = NumberText.named(name)
    for k in range(48000, 52000):
        p = k / 1000000
        text = words.p(p, 0.05).replace("·", ".")
        assert (float(text) < 0.05) == (p < 0.05), (p, text)
        assert float(text) != 0.05 or p == 0.05, (p, text)
    assert NEJM.p(0.0496, 0.05) == "0.0496"


@pytest.mark.parametrize(
    ("share", "n", "regulator", "nejm"),
    [
        (0.0925, 120, "9.3", "9.3"),
        (0.145, 62, "14.5", "15"),
        (0.9999, 10000, ">99.9", ">99.9"),
        (0.996, 50, "99.6", ">99"),
        (0.0001, 10000, "<0.1", "<0.1"),
        (0.004, 99, "0.4", "<1"),
        (1.0, 120, "100.0", "100.0"),
        (0.0, 120, "0.0", "0.0"),
    ],
)
def test_all_is_said_of_all_and_none_of_none(
    share: float, n: float, regulator: str, nejm: str
) -> None:
    assert (REGULATOR.percent(share, n), NEJM.percent(share, n)) == (regulator, nejm)


def test_whole_percentages_below_200_in_annals() -> None:
    assert (ANNALS.percent(0.125, 199), ANNALS.percent(0.125, 200)) == ("13", "12.5")


def test_points_may_be_below_zero_with_a_true_minus() -> None:
    assert REGULATOR.points(-0.2345) == "−23.5"
    assert REGULATOR.points(-0.0004) == "0.0"


def test_a_ratio_has_the_digits_of_its_estimate() -> None:
    assert [REGULATOR.ratio(v, 0.099) for v in (0.099, 0.05, 1.234)] == ["0.099", "0.050", "1.234"]
    assert [REGULATOR.ratio(v, 0.21) for v in (0.21, 0.0512, 1.2)] == ["0.21", "0.05", "1.20"]
    assert REGULATOR.ratio(0.0996) == "0.10"
    assert REGULATOR.ratio(4e-5) == "<0.001"


def test_a_bound_is_never_cut_off() -> None:
    assert REGULATOR.bound(4.867e-6) == "4.9×10⁻⁶"
    assert REGULATOR.bound(9.99e-6) == "1.0×10⁻⁵"
    assert REGULATOR.bound(0.00162) == "0.0016"
    assert REGULATOR.bound(0.0249, 0.025) == "0.0249"
    assert REGULATOR.bound(4.9e-6 - 1e-9, 4.9e-6) == "4.899×10⁻⁶"


def test_counts_have_thin_thousands_from_ten_thousand() -> None:
    assert (REGULATOR.count(1234), REGULATOR.count(12345)) == ("1234", "12\u2009345")
    assert REGULATOR.number(-12345.6, 1) == "−12\u2009345.6"
    assert LANCET.number(-1.25, 1) == "−1·3"


def test_what_is_no_number_has_a_text() -> None:
    for make in (REGULATOR.ratio, REGULATOR.p, REGULATOR.percent, REGULATOR.bound):
        assert make(math.nan) == "NE"
        assert make(math.inf) == "∞"
    assert REGULATOR.say("median months", None, note="not reached") == "NR"
    assert REGULATOR.say("median months upper limit", None, note="not reached") == "NE"
    assert REGULATOR.say("hazard ratio", None, note="not estimable: no events") == "NE"
    assert REGULATOR.say("decision", None, note="continue") == "continue"


@pytest.mark.parametrize(
    ("statistic", "kind"),
    [
        ("p", "p"),
        ("any grade p", "p"),
        ("p, margin, one-sided", "p"),
        ("bound p, one-sided", "bound"),
        ("hazard ratio upper limit", "ratio"),
        ("log hazard ratio", "number"),
        ("difference in proportions", "percent"),
        ("serious proportion", "percent"),
        ("conditional power, trend", "percent"),
        ("median months lower limit", "months"),
        ("events, by kind", "count"),
        ("not analyzed", "count"),
        ("mean", "number"),
    ],
)
def test_the_kind_of_a_statistic(statistic: str, kind: str) -> None:
    assert kind_of(statistic) == kind


def test_an_unknown_style_is_told() -> None:
    with pytest.raises(InputError, match='style: found "njem", expected regulator, nejm'):
        NumberText.named("njem")


def test_capitals() -> None:
    assert capital("any RASH") == "Any RASH"
    assert capital("") == ""
