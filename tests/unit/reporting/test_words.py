import pytest

from equipoise.reporting.rounding import capital, count, p_value, percent, ratio, rounded, tail


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
    ("share", "text"),
    [(0.0925, "9.3"), (1.0, "100.0"), (0.0, "0.0"), (-0.0004, "0.0"), (-0.2345, "-23.5")],
)
def test_percentages(share: float, text: str) -> None:
    assert percent(share) == text


def test_a_percentage_without_digits() -> None:
    assert percent(0.145, 0) == "15"


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0, "<0.001"),
        (0.00099999, "<0.001"),
        (0.001, "0.001"),
        (0.0136, "0.014"),
        (0.0499, "0.050"),
        (0.099, "0.099"),
        (0.1, "0.10"),
        (0.125, "0.13"),
        (0.99, "0.99"),
        (0.9901, ">0.99"),
        (1.0, ">0.99"),
    ],
)
def test_p_values(p: float, text: str) -> None:
    assert p_value(p) == text


def test_a_p_value_beside_a_bound_is_never_cut_off() -> None:
    assert (tail(8.44e-6), tail(8.1e-11), tail(0.001), tail(0.0249)) == (
        "8.4e-6",
        "8.1e-11",
        "0.001",
        "0.025",
    )


def test_counts_ratios_and_capitals() -> None:
    assert count(12345.0) == "12,345"
    assert (ratio(0.2149), ratio(0.0994), ratio(0.0995), ratio(4.925)) == (
        "0.21",
        "0.099",
        "0.10",
        "4.93",
    )
    assert capital("any RASH") == "Any RASH"
    assert capital("") == ""
