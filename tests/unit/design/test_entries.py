"""When the last subject is in, from those who entered: by hand, by R, and by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.design.monitor import forecast as room
from equipoise.design.monitor.forecast import EntriesSeen, entries, forecast_entries
from equipoise.errors import InputError

SIGMAS = 4.0  # of a share that is simulated


def test_the_next_subject_by_hand() -> None:
    """1 entered in 60 days of sites, 2 sites are open: 30 days weigh as much as all that was seen.

    Nobody comes in t days with probability (60 / (60 + 2 t)) ** 1.5, so that a share p has somebody
    by t = 30 ((1 - p) ** (-1 / 1.5) - 1): of p = 0.1 by 2.1830, of p = 0.9 by 109.2477; at the rate
    so far, 1 in 30 days, by 30.
    """
    found = forecast_entries(EntriesSeen(1, 60.0, 2), to_come=1, coverage=0.8)
    assert found == pytest.approx((30.0, 2.1830, 109.2477), abs=5e-5)


def test_the_last_subjects_are_those_of_r() -> None:
    """f <- function(l, n, S, a, k) uniroot(function(t)
    pnbinom(k - 1, size = n + .5, prob = S / (S + a * t), lower.tail = FALSE) - l,
    c(0, 1e5), tol = 1e-10)$root, R 4: f(.1, 34, 820, 5, 196), f(.9, ...), f(., 10, 60, 2, 5).
    """
    found = forecast_entries(EntriesSeen(34, 820.0, 5), to_come=196, coverage=0.8)
    assert found.early == pytest.approx(745.35754078, abs=1e-6)
    assert found.late == pytest.approx(1199.12753687, abs=1e-6)
    assert found.time == pytest.approx(196 * 820 / 5 / 34)
    few = forecast_entries(EntriesSeen(10, 60.0, 2), to_come=5, coverage=0.8)
    assert (few.early, few.late) == pytest.approx((6.50997639, 27.42391829), abs=1e-6)


def covered() -> float:
    """The share of virtual trials whose last day lies in the 80% band, rates as the prior has them.

    Of 20 sites, 12 are open from the start and 8 from day 30; day 90 is today.
    """
    draw, inside, trials = np.random.default_rng(7), 0, 4000
    open_days = 12 * 90 + 8 * 60
    for rate in draw.gamma(20.0, 1.0 / open_days, size=trials):
        seen = int(draw.poisson(rate * open_days))
        last = draw.gamma(80, 1.0 / (20 * rate))
        found = forecast_entries(EntriesSeen(seen, open_days, 20), to_come=80, coverage=0.8)
        inside += found.early <= last <= found.late
    return inside / trials


def test_four_in_five_bands_hold_the_day() -> None:
    # Rates around 20 of 1620 days: the band with Jeffreys' prior is within a few percent of 80%.
    assert covered() == pytest.approx(0.8, abs=SIGMAS * (0.8 * 0.2 / 4000) ** 0.5 + 0.015)


def test_a_band_that_takes_the_rate_as_known_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: how little is known of the rate does not widen the band."""
    right = room.special.betaincinv

    class Known:
        @staticmethod
        def betaincinv(to_come: float, seen: float, level: float) -> float:
            share = right(to_come, 1e6, level)
            return float(share * 1e6 / (share * 1e6 + seen * (1.0 - share)))

    monkeypatch.setattr(room, "special", Known)
    with pytest.raises(AssertionError):
        test_four_in_five_bands_hold_the_day()
    with pytest.raises(AssertionError):
        test_the_last_subjects_are_those_of_r()


@pytest.mark.parametrize(
    ("seen", "to_come"),
    [
        (EntriesSeen(3, 10.0, 0), 5),
        (EntriesSeen(3, 0.0, 2), 5),
        (EntriesSeen(3, 10.0, 2), 0),
    ],
)
def test_without_sites_or_subjects_there_is_none(seen: EntriesSeen, to_come: int) -> None:
    with pytest.raises(InputError, match="expected one or more of each"):
        forecast_entries(seen, to_come=to_come)


def test_entry_as_it_was_and_as_it_goes_on() -> None:
    # By day 44 three entered on days 0 to 29, two on 30 to 44; four are to come, 1 in 5 days.
    found = entries([0, 3, 29, 30, 44], now=44, to_come=4, a_day=0.2)
    assert found.starts == (0.0, 30.0, 45.0, 65.0)
    assert found.values == pytest.approx((3 / 30, 2 / 15, 0.2, 0.0))
    assert [found.total(day) for day in (30, 45, 65, 900)] == pytest.approx([3, 5, 9, 9])
    assert entries([0], now=0, to_come=0, a_day=0.0).total(10) == 1.0
