"""Table 1: quantiles of SAS's default, levels of every arm."""

from __future__ import annotations

from typing import Any

import pytest

from equipoise.analysis.baseline import baseline
from equipoise.errors import InputError
from support.street import derived, person, protocol, randomized, sdtm

LINES = [{"variable": "AGE", "kind": "number"}, {"variable": "SEX"}]


def table(ages: list[float | None], sexes: list[str | None], lines: Any = LINES) -> dict[Any, Any]:
    people = [
        person(f"S-{i}", "NO"[i % 2], AGE=age, SEX=sex)
        for i, (age, sex) in enumerate(zip(ages, sexes, strict=True))
    ]
    plan = protocol(report={"baseline": lines})
    data = derived(sdtm(plan, DM=people, DS=[randomized(p["USUBJID"]) for p in people]))
    return {(r.group, r.term, r.statistic): r.value for r in baseline(data)}


# R: quantile(x, c(.25, .5, .75), type = 2)
@pytest.mark.parametrize(
    ("ages", "quartiles"),
    [
        ([1, 2, 3, 4], (1.5, 2.5, 3.5)),
        ([1, 2, 3, 4, 5], (2, 3, 4)),
        ([10, 1, 4, 7, 3, 9], (3, 5.5, 9)),
        ([5], (5, 5, 5)),
        ([2, 8], (2, 5, 8)),
        ([1, 2, 3, 4, 5, 6, 7, 8], (2.5, 4.5, 6.5)),
    ],
)
def test_quartiles_are_averages_at_steps(ages: list[float], quartiles: tuple[float, ...]) -> None:
    found = table([float(a) for a in ages], ["F"] * len(ages))
    names = ("first quartile", "median", "third quartile")
    assert tuple(found["all", "AGE", name] for name in names) == quartiles


def test_numbers_leave_out_what_is_missing() -> None:
    found = table([50.0, None, 60.0, None], ["F"] * 4)
    assert found["all", "AGE", "n"] == 2
    assert found["all", "AGE", "mean"] == 55
    assert found["all", "AGE", "standard deviation"] == pytest.approx(50**0.5, rel=1e-15)
    assert (found["all", "AGE", "minimum"], found["all", "AGE", "maximum"]) == (50, 60)
    assert found["old", "AGE", "n"] == 0
    assert found["old", "AGE", "median"] is None
    assert found["new", "AGE", "standard deviation"] == pytest.approx(50**0.5, rel=1e-15)


def test_one_value_has_no_spread() -> None:
    assert table([50.0], ["F"])["all", "AGE", "standard deviation"] is None


def test_every_arm_has_every_level_and_shares_are_of_those_known() -> None:
    found = table([50.0] * 4, ["F", "M", None, "M"])
    assert found["new", "SEX: M", "count"] == 0
    assert found["new", "SEX: F", "proportion"] == 1
    assert found["new", "SEX", "missing"] == 1
    assert found["all", "SEX: M", "proportion"] == pytest.approx(2 / 3, rel=1e-15)


def test_a_variable_that_is_not_there() -> None:
    with pytest.raises(InputError, match="Table 1 reads AGEE, which ADSL does not have"):
        table([50.0], ["F"], [{"variable": "AGEE"}])


def test_numbers_of_many_values_are_numbers_though_nobody_says_so() -> None:
    found = table([float(a) for a in range(50, 62)], ["F"] * 12, [{"variable": "AGE"}])
    assert found["all", "AGE", "mean"] == 55.5
    coded = table([0.0, 1.0] * 6, ["F"] * 12, [{"variable": "AGE"}])
    assert coded["all", "AGE: 1.0", "count"] == 6
