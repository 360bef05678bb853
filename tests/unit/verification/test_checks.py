"""The checks themselves: bands, the table, the exit code, and planted bugs that must be seen."""

from __future__ import annotations

import math

import pytest

from equipoise.analysis.response.rates import wald
from support.verification import module

check, main = module("check"), module("__main__")
draws, intervals = module("draws"), module("intervals")
QUICK = check.Budget(0.02)


def outside(rows):
    return [row.name for row in rows if not row.ok]


def test_a_band_is_four_errors_and_the_slack():
    row = check.near("x", 1.0, 1.1, error=0.02, slack=0.01)
    assert (row.low, row.high) == pytest.approx((1.01, 1.19))
    assert not row.ok


def test_a_promise_holds_its_noise_only_if_there_is_room():
    assert check.within("x", 0.9, 0.9, half=0.01, error=0.001).high == pytest.approx(0.91)
    assert check.within("x", 0.9, 0.9, half=0.01, error=0.01).high == pytest.approx(0.95)


def test_not_a_number_is_outside():
    assert not check.near("x", math.nan, 0.0, error=1.0).ok


def test_the_limit_of_a_distance():
    # Kolmogorov: P(distance > d) is close to 2 exp(-2 n d^2)
    limit = check.distance("x", 0.0, 1000).high
    assert 2 * math.exp(-2 * 1000 * limit**2) == pytest.approx(check.TAIL)


def test_quick_checks_pass():
    assert outside(draws.streams(QUICK)) == []
    assert outside(intervals.exact(QUICK)) == []


def test_a_uniform_that_is_a_little_off_is_seen(monkeypatch):
    right = draws.uniforms
    monkeypatch.setattr(draws, "uniforms", lambda n: {k: u**1.2 for k, u in right(n).items()})
    assert "uniform along, distance" in outside(draws.streams(QUICK))


def test_repeated_draws_are_seen(monkeypatch):
    right = draws.uniforms
    doubled = {k: u[: len(u) // 2].repeat(2) for k, u in right(4000).items()}
    monkeypatch.setattr(draws, "uniforms", lambda n: doubled)
    assert "uniform along, neighbors" in outside(draws.streams(QUICK))


def test_a_normal_quantile_with_heavy_tails_is_seen(monkeypatch):
    right = draws.normal_quantile
    monkeypatch.setattr(draws, "normal_quantile", lambda u: 1.2 * right(u))
    assert "normal across, variance" in outside(draws.streams(QUICK))


def test_limits_that_are_too_narrow_are_seen(monkeypatch):
    # Wald's limits in place of the exact ones
    monkeypatch.setattr(intervals, "clopper_pearson", wald)
    assert len(outside(intervals.exact(QUICK))) == 3


def test_the_table_and_the_exit_code(tmp_path, capsys):
    good = check.Check("good", lambda budget: [check.near("zero", 0.0, 0.0, error=1.0)])
    bad = check.Check("bad", lambda budget: [check.near("one", 1.0, 0.0, error=0.1)])
    words = ["--quick", "--output", str(tmp_path)]
    assert main.main([*words, "good"], checks=(good, bad)) == 0
    assert main.main(words, checks=(good, bad)) == 1
    told = capsys.readouterr().out
    assert "OUTSIDE  bad: one" in told
    assert "2 rows, 1 outside" in told
    assert (tmp_path / "overview.svg").is_file()


def test_an_unknown_check_is_told(capsys):
    with pytest.raises(SystemExit):
        main.main(["drawz"])
    assert "no check drawz" in capsys.readouterr().err
