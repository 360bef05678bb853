"""Rooms that know no data: what the protocol means, check, plan, synopsis, virtual trials."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any

import numpy as np

from equipoise.design.plan.amounts import look_count
from equipoise.design.plan.plan import plan
from equipoise.kernels.trials import batch, follow
from equipoise.meaning.check import examine_text
from equipoise.meaning.expected import expected_events
from equipoise.meaning.hypotheses import Hypothesis, hypotheses
from equipoise.meaning.looks import (
    AfterFirst,
    AtEndOfStudy,
    AtEvents,
    AtInformation,
    AtSubjects,
    LaterOf,
    Look,
    OnDate,
    Trigger,
    WithLook,
)
from equipoise.meaning.rates import end_of_study
from equipoise.patients.world import accrual_curve, curve
from equipoise.protocol import Protocol
from equipoise.reporting.documents.synopsis import synopsis
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.kernel.decisions import BENEFIT, HARM, limits_at, observed
from equipoise.simulation.kernel.scenario import Scenario
from equipoise.simulation.operating.batches import run_batch
from equipoise.simulation.operating.task import Batch
from support.reading.answers import Said
from support.reading.cases import TRUTH
from support.reading.trial import SEED, TRIAL, Reading


def meaning_room(reading: Reading) -> Said:
    for h in hypotheses(reading.protocol):
        yield from _hypothesis(h)
        for look in h.looks:
            yield ("waits", h.name, look.name), triggered(look.trigger, reading.protocol, h, look)
            yield ("words", h.name, look.name), look.says


def _hypothesis(h: Hypothesis) -> Said:
    yield ("estimand", h.name), h.key
    yield ("arms", h.name), (h.experimental, h.control)
    yield ("unit", h.name), h.unit
    yield ("test", h.name), h.method.name if h.method else None
    yield ("level", h.name), h.level


def triggered(
    trigger: Trigger, protocol: Protocol, h: Hypothesis, look: Look
) -> tuple[tuple[Any, ...], ...]:
    """A trigger in the words of `plain.waited_for`."""
    match trigger:
        case LaterOf(several):
            return tuple(one for part in several for one in triggered(part, protocol, h, look))
        case AtEvents(count):
            return (("events", count),)
        case AtSubjects(count, followed):
            return (("subjects", count, followed),)
        case AfterFirst(days):
            return (("after first", days),)
        case OnDate(date):
            return (("date", str(date)),)
        case WithLook(label):
            return (("with", label),)
        case AtInformation():
            return _counted(look_count(protocol, h, look), h)
        case AtEndOfStudy():
            return (("end",),)


def _counted(count: int, h: Hypothesis) -> tuple[tuple[Any, ...], ...]:
    by_subjects = h.unit == "subjects"
    return (("subjects", count, h.followed),) if by_subjects else (("events", count),)


def check_room(reading: Reading) -> Said:
    """What `check` says of a last look that asks for more than there are, and than will come."""
    for h, said in reading.case.expect.items():
        if said.get("counts", "deaths") == "subjects" or "pair" not in said:
            continue
        many = _checked(reading, h, 100_000)
        found = re.search(r"100000 (\w+) asked for, but only (\d+) subjects are (.*)$", many)
        assert found, many
        yield ("unit", h), found[1]
        yield ("pair", h), int(found[2])
        yield from _named(reading, h, found[3])
        few = _checked(reading, h, said["pair"])
        found = re.search(r"but (\d+) subjects(?: of (.*))? under these .* give (\d+)", few)
        yield ("events by the end", h), int(found[3]) if found else few
        yield from _named(reading, h, f"in {found[2]}" if found and found[2] else "randomized")


def _checked(reading: Reading, h: str, events: int) -> str:
    whole = json.loads(reading.case.text)
    whole["design"][h]["looks"] = {"final": f"{events} events"}
    _, findings = examine_text(json.dumps(whole), file="protocol.yaml")
    return next((f.message for f in findings if f.rule == "P14"), "nothing")


def _named(reading: Reading, h: str, words: str) -> Said:
    """The pair, where `check` names one; it does not where there are no other arms."""
    if words != "randomized":
        experimental, _, control = words.removeprefix("in ").partition(" v ")
        yield ("arms", h), (experimental, control)


def plan_room(reading: Reading) -> Said:
    design = plan(reading.protocol)
    for h in design.hypotheses:
        yield ("estimand", h.name), h.estimand
        yield ("arms", h.name), (h.experimental, h.control)
        yield ("unit", h.name), h.unit
        yield ("test", h.name), h.test
        yield ("level", h.name), h.alpha
        for look in h.looks:
            yield ("words", h.name, look.name), look.says
            yield ("planned amount", h.name, look.name), look.amount
        for name in ("power", "margin", "effect"):
            yield (name, h.name), getattr(h, name)
        end = end_of_study(reading.protocol)
        if h.course is not None and end is not None:
            yield ("events by the end", h.name), expected_events(h.course, end).total
    yield ("accrual days", ""), design.accrual_days


def patients_room(reading: Reading) -> Said:
    """What the tables of chance come to, of which virtual patients are drawn."""
    protocol, world = reading.protocol, reading.setting
    entry = np.diff(accrual_curve(protocol, world.truth), prepend=0.0)
    yield ("accrual days", ""), float(len(entry))
    for h, said in reading.case.expect.items():
        if "course" in said:
            dead = sum(_dead(reading, arm) for arm in said["compares"]) / 2
            followed = world.days - np.arange(len(entry))  # those who enter on trial day 1, 2, ...
            yield ("events by the end", h), said["pair"] * float(entry @ dead[followed - 1])


def _dead(reading: Reading, arm: str) -> np.ndarray:
    death = reading.setting.truth.death
    return curve(reading.protocol, death, arm=arm, days=reading.setting.days)


def synopsis_room(reading: Reading) -> Said:
    labels = {arm.label: key for key, arm in reading.protocol.arms.items()}
    sections = {s.heading: s for s in synopsis(reading.protocol).sections}
    for name, asks, pair, test, level in sections["Hypotheses"].table.rows:
        experimental, _, control = pair.partition(" v ")
        yield ("estimand", name), asks
        yield ("arms", name), (labels[experimental], labels[control])
        yield ("test", name), test
        yield ("level", name), float(level.partition("%")[0]) / 100
    for name, look, when, *_ in sections["Looks"].table.rows:
        yield ("words", name, look), when.partition(" (cut-off")[0]


def kernel_room(reading: Reading) -> Said:
    scenario = scenario_from(reading.protocol, truth=TRUTH)
    done = run_batch(scenario, seed=SEED, start=TRIAL, trials=1)
    arms = reading.setting.arms
    for h, one in enumerate(scenario.hypotheses):
        own = scenario.shares.table[0, h] * scenario.alpha / scenario.sides
        if own > 0:
            yield ("level", one.name), own
        for k, r in enumerate(one.readings):
            where = (one.name, one.plan.looks[k].name if one.plan else f"look {k + 1}")
            yield ("arms", one.name), tuple(arms[a] for a in reversed(scenario.readings.pair[r]))
            yield ("planned amount", *where), one.planned[k]
            held = int(scenario.readings.look[r])
            yield ("waits", *where), _kernel_waits(reading, scenario, held, " ".join(where))
            if "held" in reading.case.expect[one.name]["looks"][where[1]]:
                continue  # a virtual trial waits for what was planned, not for the date it was held
            yield ("day", *where), int(done.held.day[0, held])
            yield from _kernel_reading(scenario, done, r, where, arms)
            yield from _kernel_decision(scenario, done, h, k, where)


def _kernel_reading(
    scenario: Scenario, done: Batch, r: int, where: tuple[str, str], arms: tuple[str, ...]
) -> Said:
    found, is_rate = done.found, scenario.readings.method[r] >= batch.SCORE
    yield ("z", *where), -float(found.z[0, r])
    counted = (found.subjects_0, found.subjects_1) if is_rate else (found.events_0, found.events_1)
    yield ("counted", *where), float(sum(of[0, r] for of in counted))
    name = "responders" if is_rate else "events"
    for arm, of in zip(scenario.readings.pair[r], (found.events_0, found.events_1), strict=True):
        yield (name, *where, arms[arm]), float(of[0, r])


def _kernel_decision(
    scenario: Scenario, done: Batch, h: int, k: int, where: tuple[str, str]
) -> Said:
    own, one = scenario.shares.table[0, h], scenario.hypotheses[h]
    counts = observed(scenario, one, done.found)
    if own > 0:
        limits = limits_at(scenario, one, k, counts, scenario.alpha * own)
        yield ("bound at the start", *where), _finite(limits.upper[0])
        if k + 1 < len(one.readings):
            yield ("futility at the start", *where), _finite(limits.lower[0])
    outcome, stop = int(done.decisions.outcome[0, h]), int(done.decisions.stop[0, h])
    how = {BENEFIT: "efficacy", HARM: "harm"}.get(outcome, "futility")
    how = "futility" if done.decisions.late[0, h] else how  # not yet, at its last look
    yield ("decision", *where), "continue" if k < stop else f"stop for {how}"


def _finite(z: float) -> float | None:
    return float(z) if isfinite(z) else None


def _kernel_waits(
    reading: Reading, scenario: Any, held: int, label: str
) -> tuple[tuple[Any, ...], ...]:
    """What the rows of a look wait for; a look that waits for several has a row for each."""
    looks, name = scenario.looks, scenario.look_names[held]
    if name != label:
        return (("with", name),)
    rows = [
        k
        for k, label in enumerate(scenario.look_names)
        if re.fullmatch(rf"{re.escape(name)}(?: \(\d+\))?", label)
    ]
    return tuple(_kernel_wait(reading, looks, k) for k in rows)


def _kernel_wait(reading: Reading, looks: Any, k: int) -> tuple[Any, ...]:
    kind, target = int(looks.kind[k]), int(looks.target[k])
    if kind == follow.AT_EVENTS:
        return ("events", target)
    if kind == follow.AT_SUBJECTS:
        return ("subjects", target, int(looks.delay[k]))
    if kind == follow.AFTER_FIRST:
        return ("after first", target)
    if target == reading.setting.days:
        return ("end",)
    start = reading.setting.start
    return ("date", str(start.fromordinal(start.toordinal() + target - 1)))
