"""Effects that change with time: what planning says of them, and what virtual trials show."""

from __future__ import annotations

import json

from equipoise.design.plan.plan import plan
from equipoise.meaning.check import read_text
from equipoise.protocol import Protocol
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.operating.batches import simulate_scenario
from support.roads import TRUTH
from support.street import plan as small_plan

EFFECTS = (
    "hazard ratio 0.5 after 4 months",
    "hazard ratio 0.5 until 8 months, then 1",
    "hazard ratio 1.2 until 2 months, then 0.55",
)
TRIALS = 4000
POWER_GAP = 0.015  # of the normal approximation with the average hazard ratio, at 250 events
DAY_GAP = 1.0  # days are whole in virtual trials
ERRORS = 4.0


def design_with(effect: str) -> Protocol:
    arms = {"old": "median 10 months", "new": effect}
    when = {"accrual": {"lasts": "20 months"}, "follow up": "40 months"}
    whole = small_plan(
        population={"condition": "a disease", "randomize": "400"},
        assume={**when, "OS": arms},
        truth={TRUTH: {**when, "death": {"arms": arms}}},
    )
    looks = {"power": "80%", "looks": {"final": "250 events"}}
    whole["design"] = {"alpha": "5%", "sides": "2", "OS": looks}
    return read_text(json.dumps(whole))


def planning_is_simulation(effect: str) -> None:
    """Power and the day of the look, by `plan` and by virtual trials."""
    protocol = design_with(effect)
    planned = plan(protocol)["OS"]
    found = simulate_scenario(scenario_from(protocol, truth=TRUTH), trials=TRIALS, seed=1)
    power = found.value("power", hypothesis="OS")
    day = found.value("day", look="OS final")
    assert abs(power.value - planned.power) < POWER_GAP + ERRORS * power.error
    assert abs(day.value - planned.looks[0].day.time) < DAY_GAP + ERRORS * day.error
