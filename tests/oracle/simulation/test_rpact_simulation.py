"""Virtual trials against rpact's, of NETTER-1's shape without strata."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from equipoise.calendar import DAYS_PER_MONTH
from equipoise.kernels.cohort import Chances, make_world, piecewise_cumulative
from equipoise.kernels.trials import batch, follow
from equipoise.simulation.kernel.scenario import NullHypothesis, Scenario
from equipoise.simulation.kernel.shares import unshared
from equipoise.simulation.operating.batches import simulate_scenario

RPACT = json.loads((Path(__file__).parent / "rpact.json").read_text())
TRIALS = 40_000
ERRORS = 4.0
"""Monte Carlo standard errors of the difference that are let pass."""
DAY = 1.0
"""Entry and event are whole days here; rpact's patients also arrive evenly, not by chance."""
SUBJECT = 0.5
DAYS = 2400


def scenario(ratio, *, targets=(74,)):
    rate = math.log(2) / (14 * DAYS_PER_MONTH)
    lasts = round(18 * DAYS_PER_MONTH)
    old, new, gone = (
        [piecewise_cumulative([0.0], [r], days=DAYS)]
        for r in (rate, rate * ratio, -math.log1p(-0.05) / (12 * DAYS_PER_MONTH))
    )
    looks = len(targets)
    zeros, none = np.zeros(looks, dtype=np.int64), np.full(1, follow.NONE)
    ahead, back = follow.schedule([], days=DAYS)
    return Scenario(
        name="rpact",
        world=make_world(Chances(
            subjects=229,
            accrual=np.arange(1, lasts + 1) / lasts,
            prevalence=[1.0],
            ratio=[1, 1],
            block_sizes=[2],
            endpoints=["PFS"],
            events=[[old, new]],
            dropout=[gone, gone],
        )),
        endpoints=follow.Endpoints(zeros[:1], none, none, ahead[None, :], back[None, :]),
        endpoint_names=("PFS",),
        looks=follow.Looks(
            zeros, zeros, np.array(targets), zeros, np.full(looks, DAYS), np.arange(looks) - 1,
            np.tile([0, 1], (looks, 1)),
        ),
        look_names=("final",),
        readings=batch.make_readings(
            look=range(looks), endpoint=[0] * looks, pair=[(0, 1)] * looks,
            stratified=[0] * looks, method=[batch.LOGRANK] * looks,
        ),
        hypotheses=(NullHypothesis("PFS", tuple(range(looks)), tuple(map(float, targets))),),
        shares=unshared([1.0]),
        truth=(math.log(ratio),) * looks,
    )  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return [
        simulate_scenario(scenario(ratio), trials=TRIALS, seed=1) for ratio in RPACT["hazardRatio"]
    ]


@pytest.mark.parametrize("k", range(3))
def test_power_is_rpacts(k, found):
    power = found[k].value("power", hypothesis="PFS")
    p = RPACT["power"][k]
    error = math.hypot(power.error, math.sqrt(p * (1 - p) / RPACT["trials"]))
    assert power.value == pytest.approx(p, abs=ERRORS * error)


@pytest.mark.parametrize("k", range(3))
def test_look_dates_and_subjects_are_rpacts(k, found):
    day = found[k].value("day", look="final")
    error = ERRORS * math.hypot(1.0, math.sqrt(TRIALS / RPACT["trials"])) * day.error
    expected = RPACT["analysisTime"][k] * DAYS_PER_MONTH
    assert day.value == pytest.approx(expected, abs=DAY + error)
    entered = found[k].value("subjects entered", look="final")
    assert entered.value == pytest.approx(RPACT["n"][k], abs=SUBJECT + ERRORS * entered.error)


def test_one_event_fewer_would_be_seen(found):
    """The mutant: a look at 70 events instead of 74 moves date and power out of the bands."""
    mutant = simulate_scenario(scenario(0.57, targets=(70,)), trials=TRIALS, seed=1)
    expected = RPACT["analysisTime"][1] * DAYS_PER_MONTH
    assert abs(mutant.value("day", look="final").value - expected) > 10 * DAY
    power = mutant.value("power", hypothesis="PFS")
    assert RPACT["power"][1] - power.value > ERRORS * power.error
