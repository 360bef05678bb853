"""Two-armed trials for the checks, as protocols: planned under one hazard ratio, lived under another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from equipoise.design.noun import HypothesisPlan
from equipoise.design.plan import plan
from equipoise.protocol import Protocol
from equipoise.simulation.compile import scenario_from
from equipoise.simulation.scenario import Scenario

CONTROL = 12.0  # median survival on control, months
NULL, PLANNED = "nothing works", "as planned"


class Trial(NamedTuple):
    """A design to be simulated.

    looks : name -> events, or the month of the look as text
    ratio : hazard ratio that is planned and, in the truth `PLANNED`, lived
    """

    looks: Mapping[str, int | str]
    subjects: int
    ratio: float = 0.6
    spending: str | None = None
    alpha: float = 0.025
    sides: int = 1
    strata: int = 1
    futility: str | None = None
    binding: bool = False
    accrual: int = 18


def protocol_of(trial: Trial) -> Protocol:
    """The trial as a protocol with overall survival alone."""
    medians = {"old": f"median {CONTROL} months", "new": f"median {CONTROL / trial.ratio:.12g} months"}
    alike = {"old": medians["old"], "new": medians["old"]}
    design: dict[str, Any] = {
        "looks": {
            name: {"events": look} if isinstance(look, int) else {"at": look}
            for name, look in trial.looks.items()
        }
    }
    if trial.spending:
        design["spending"] = trial.spending
    if trial.futility:
        design |= {"futility": trial.futility, "beta": 0.2, "binding": trial.binding}
    accrual = {"lasts": f"{trial.accrual} months"}
    levels = [f"level {k + 1}" for k in range(trial.strata)]
    shares = {name: 1.0 / trial.strata for name in levels}
    truths = {
        name: {
            "accrual": accrual,
            "dropout": {"old": 0.05, "new": 0.05},
            "death": {"arms": arms},
            **({"strata": {"S": shares}} if trial.strata > 1 else {}),
        }
        for name, arms in ((NULL, alike), (PLANNED, medians))
    }
    strata = {"strata": {"S": {"label": "S", "levels": levels}}} if trial.strata > 1 else {}
    test = "stratified log-rank" if trial.strata > 1 else "log-rank"
    return Protocol.model_validate(
        {
            "trial": {"id": "V-1", "title": "Verification"},
            "population": {"randomize": trial.subjects},
            "arms": {
                "old": {"label": "Old", "role": "control"},
                "new": {"label": "New", "role": "experimental"},
            },
            "allocation": {"ratio": "1:1", "blocks": 4, **strata},
            "endpoints": {"OS": {"label": "Survival", "type": "time to event", "event": ["death"]}},
            "populations": {"ITT": {"label": "All", "who": "randomized"}},
            "estimands": {
                "OS": {"endpoint": "OS", "population": "ITT", "summary": "hazard ratio", "test": test}
            },
            "design": {"alpha": trial.alpha, "sides": trial.sides, "OS": design},
            "assume": {"accrual": accrual, "dropout": {"all": 0.05}, "OS": medians},
            "truth": truths,
        }
    )


def planned(trial: Trial) -> HypothesisPlan:
    """What `plan` says of the trial."""
    return plan(protocol_of(trial)).hypotheses[0]


def scenario(trial: Trial, truth: str) -> Scenario:
    """The trial for the kernel, deaths seen on their own day."""
    return scenario_from(protocol_of(trial), truth=truth, read_at_visits=False)
