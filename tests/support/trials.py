"""One virtual trial by the plain twins: draws, look days, times and tests, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from equipoise.analysis.survival import (
    FlemingHarrington,
    compare_rmst,
    cox,
    logrank,
    weighted_logrank,
)
from equipoise.analysis.survival.tests.maxcombo import max_combo
from equipoise.errors import InputError
from equipoise.kernels.cohort import cohort_plain
from equipoise.kernels.trials import batch, follow, scans_plain
from equipoise.kernels.trials.fields import Readout, Readouts
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.kernel.scenario import Scenario
from support.roads import TRUTH, variant


@cache
def small(number: int) -> Scenario:
    """The scenario of a small protocol."""
    return scenario_from(variant(number), truth=TRUTH)


def with_method(
    scenario: Scenario,
    method: int,
    *,
    weights: Sequence[tuple[float, float]] = (),
    tau: float = 0.0,
    sign: int = 1,
) -> Scenario:
    """The same scenario with every reading by this method."""
    r = scenario.readings
    n = len(r.look)
    readings = batch.make_readings(
        look=r.look,
        endpoint=r.endpoint,
        pair=r.pair,
        stratified=r.stratified * (method != batch.RMST),
        method=[method] * n,
        weights=[weights] * n,
        tau=[tau] * n,
        sign=[sign] * n,
    )
    return replace(scenario, readings=readings)


def trial_plain(scenario: Scenario, *, seed: int, trial: int) -> tuple[list[int], list[dict]]:
    """The day of each look and what each reading finds, by plain twins and checked statistics."""
    s = scenario
    people = cohort_plain(s.world, seed=seed, trial=trial)
    keys = scans_plain.keys_plain(people, seed=seed, trial=trial)
    settled = [_settled(s, p, people, keys) for p in range(len(s.endpoints.first))]
    days = [day for day, _ in settled]
    when: list[int] = []
    for k, p in enumerate(s.looks.endpoint):
        if s.looks.kind[k] == follow.WITH_LOOK:
            day = when[s.looks.target[k]]
        else:
            day = follow.look_day_plain(s.looks, k, people, days[p])
        day = min(day + int(s.looks.delay[k]), int(s.looks.latest[k]))
        when.append(max(day, when[s.looks.after[k]]) if s.looks.after[k] >= 0 else day)
    read = []
    for r, look in enumerate(s.readings.look):
        p = s.readings.endpoint[r]
        cut = when[look]
        if matters(s, p):
            time, event, inside = scans_plain.observe_course_plain(
                s.endpoints, p, people, keys, settled[p], cut
            )
        else:
            time, event, inside = follow.observe_plain(s.endpoints, p, people, days[p], cut)
        control, experimental = s.readings.pair[r]
        kept = inside & np.isin(people.arm, (control, experimental))
        arm = (people.arm[kept] == experimental).astype(np.int64)
        stratum = people.stratum[kept] if s.readings.stratified[r] else None
        read.append(_read(s, r, time[kept], event[kept], arm, stratum))
    return when, read


def matters(s: Scenario, p: int) -> bool:
    """Whether an endpoint needs more than planned days."""
    return len(s.endpoints.course.matters) > 0 and bool(s.endpoints.course.matters[p])


def _settled(s: Scenario, p: int, people, keys) -> tuple[np.ndarray, np.ndarray]:
    days = s.world.tables.days
    if matters(s, p):
        return scans_plain.settled_plain(s.endpoints, p, people, keys, days)
    return follow.event_days_plain(s.endpoints, p, people, days), people.dropout


def _read(s: Scenario, r: int, time, event, arm, stratum) -> dict:
    method, sign = s.readings.method[r], s.readings.sign[r]
    pairs = s.readings.weights[r, : s.readings.combined[r]]
    weights = [FlemingHarrington(rho, gamma) for rho, gamma in pairs]
    found = {
        "events": (int(event[arm == 0].sum()), int(event[arm == 1].sum())),
        "subjects": (int((arm == 0).sum()), int((arm == 1).sum())),
    }
    try:
        if method == batch.RMST:
            gap = compare_rmst(time, event, arm, tau=s.readings.tau[r]).difference
            if not gap.se > 0:
                return found
            return found | {"estimate": gap.estimate, "error": gap.se, "z": -sign * gap.z}
        if method == batch.LOGRANK:
            found["z"] = sign * logrank(time, event, arm, stratum).z
        elif method == batch.WEIGHTED:
            z = weighted_logrank(time, event, arm, stratum, weight=weights[0]).z
            found["z"] = sign * z
        else:
            combo = max_combo(time, event, arm, stratum, weights=weights, sign=int(sign))
            found["z"] = sign * combo.one_sided_z
        fit = cox(time, event, arm, stratum=stratum)
        return found | {"estimate": fit.coef[0], "error": fit.se[0]}
    except InputError:
        return found


def kernel_rows(found: Readouts, trial: int) -> list[dict]:
    """The readings of one trial of the batch kernel under the names of `trial_plain`."""
    rows = (Readout(*row) for row in np.stack(found, axis=-1)[trial])
    return [
        {
            "events": (row.events_0, row.events_1),
            "subjects": (row.subjects_0, row.subjects_1),
            "z": row.z,
            "estimate": row.estimate,
            "error": row.error,
        }
        for row in rows
    ]
