"""Planted bugs: each must turn the recorded values red that are there to catch it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import exp, sqrt
from typing import Any

import numpy as np
import pytest
from scipy import special

from equipoise.design.bounds import boundaries, inference, integration
from equipoise.design.bounds import model as looks
from equipoise.design.bounds import spending as spending_room
from equipoise.design.monitor import conditional
from equipoise.design.size import events, survival
from equipoise.meaning import expected as time
from equipoise.meaning import multiplicity
from support import design_r_survival as adapters
from support.design_entries import apart

Patch = Callable[[pytest.MonkeyPatch], None]
ALL_OF_ALPHA = lambda t, total, _: 2.0 * special.ndtr(special.ndtri(total) / np.sqrt(t))  # noqa: E731
LINEAR = lambda t, total, _: total * t  # noqa: E731


def family(name: str, curve: Any) -> Patch:
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setitem(spending_room.CURVES, name, curve)

    return plant


def attribute(owner: Any, name: str, value: Any) -> Patch:
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(owner, name, value)

    return plant


def forgets_the_root(t: Any, drift: float) -> integration.Canonical:
    return integration.Canonical(t, drift * np.asarray(t))


def independent_looks(found: integration.Canonical, alpha: Any, symmetric: bool) -> Any:
    """Each look tested as if the others were not there."""
    return -special.ndtri(alpha)


def ignores_lower(found: integration.Canonical, lower: Any, upper: Any) -> Any:
    return REAL_EXITS(found, np.full(lower.size, -np.inf), upper)


def no_dropout(accrual: Any, hazard: Any, dropout: Any, t: float) -> Any:
    return REAL_ARM_EVENTS(accrual, hazard, time.Steps.constant(0.0), t)


def no_shift(bounds: Any, *, look: int, z: float, drift: float) -> Any:
    return REAL_CONDITIONAL(bounds, look=look, z=0.0, drift=drift)


def forgets_loops(self: multiplicity.Graph, rejected: int) -> multiplicity.Graph:
    found = REAL_WITHOUT(self, rejected)
    g, m = self.transitions, len(self.names)
    rows = tuple(
        tuple(
            0.0 if rejected in (i, k) or i == k else g[i][k] + g[i][rejected] * g[rejected][k]
            for k in range(m)
        )
        for i in range(m)
    )
    return replace(found, transitions=rows)


def earlier_stops_forgotten(bounds: Any, *, look: int, z: float, drift: float = 0.0) -> float:
    root = sqrt(bounds.information[look - 1])
    return float(special.ndtr(drift * root - z))


def one_to_one(hazard_ratio: float, ratio: float, method: str) -> float:
    return REAL_PER_DRIFT(hazard_ratio, 1.0, method)


def null_at_control(self: time.Course, *, pooled: bool = True) -> time.Course:
    return REAL_UNDER_NULL(self, pooled=False)


REAL_EXITS, REAL_ARM_EVENTS = integration.exits, time.arm_events
REAL_CONDITIONAL, REAL_WITHOUT = conditional.conditional_exits, multiplicity.Graph.without
REAL_PER_DRIFT, REAL_UNDER_NULL = events.events_per_drift, time.Course.under_null
HSIEH = "rpact_HsiehFreedman_hr14/30_alloc2"

MUTANTS: dict[str, tuple[Patch, list[str]]] = {
    "alpha not halved inside Lan-DeMets": (
        family("lan-demets-obf", ALL_OF_ALPHA),
        ["independent_asOF_U5", "rpact_asOF_K2_crit", "gsSurv_tt4_xupperbound"],
    ),
    "Hwang-Shih-DeCani taken as linear": (
        family("hsd", LINEAR),
        ["independent_HSDm4_K5", "sfHSD_-4", "gsDesign_HSDm2_U3_binding_lower"],
    ),
    "looks taken as independent": (
        attribute(integration, "spend_above", independent_looks),
        ["independent_asOF_U5", "gsDesign_update_actual_events", "rpact_update_underrun"],
    ),
    "drift grows with information, not its root": (
        attribute(boundaries, "looks", forgets_the_root),
        ["independent_asOF_K3_infl", "gsDesign_OF_K3_inflation_90"],
    ),
    "futility stops forgotten in exit probabilities": (
        attribute(looks.integration, "exits", ignores_lower),
        ["gsProbability_grid_upper", "gsDesign_LDOF_U3_nonbinding_upperprob"],
    ),
    "dropout forgotten": (
        attribute(time, "arm_events", no_dropout),
        ["nSurv_LachinFoulkes_hr57", "rpact_eventprob_T24", "gsDesign2_ahr_T48"],
    ),
    "interim result forgotten": (
        attribute(adapters, "conditional_exits", no_shift),
        ["gsCP_i1_z1"],
    ),
    "graph arrows not divided by the loop": (
        attribute(multiplicity.Graph, "without", forgets_loops),
        ["graphicalMCP_201_raphtestclosuregraphicalMCPgraphcreatec5500rbin"],
    ),
    "stage-wise P without the earlier stops": (
        attribute(inference, "stagewise_p", earlier_stops_forgotten),
        ["independent_stagewise_asP_fail", "rpact_finalP_asOF_final"],
    ),
    "allocation ratio forgotten": (
        attribute(survival, "events_per_drift", one_to_one),
        [HSIEH, "nSurv_Schoenfeld_hr75_2to1"],
    ),
    "null hazard not pooled": (
        attribute(time.Course, "under_null", null_at_control),
        ["nSurv_LachinFoulkes_pw", "nSurvival_rr"],
    ),
    "a quarter of the events taken as a half": (
        attribute(adapters, "score_information", lambda d, ratio=1.0: d / 2.0),
        ["rpact_gsPower_overallReject", "rpact_condPower_OF"],
    ),
    "hazard ratio by events, not by their root": (
        attribute(adapters, "z_to_hazard_ratio", lambda z, events, ratio=1.0: exp(-z / events)),
        ["rpact_finalCI_asP_fail", "rpact_gsSS_criticalValuesEffectScale"],
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_oracle_catches(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, entries = MUTANTS[name]
    for entry in entries:
        worst, tolerance = apart(entry)
        assert worst <= tolerance
    plant(monkeypatch)
    for entry in entries:
        worst, tolerance = apart(entry)
        assert worst > 10 * tolerance, entry
