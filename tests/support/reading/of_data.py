"""Rooms that look at the data of a trial: results, monitoring, verification, tables, explain."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from equipoise.adam.explain.trace import explain
from equipoise.design.model import Design
from equipoise.design.monitor.model import Seen
from equipoise.design.monitor.monitor import monitor
from equipoise.design.plan.plan import plan
from equipoise.reporting.model import plain
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.tables.efficacy import efficacy_table
from equipoise.reporting.verification import verify
from support.reading.answers import Said
from support.reading.trial import EXPLAINED, Reading

HIGHER_IS_BETTER = ("Fisher exact", "Miettinen-Nurminen")
"""Tests whose Z is above 0 where the experimental arm has more responders."""

ENDED = {"bound crossed": "stop for efficacy", "bound not crossed": "stop for futility"}
"""How the report calls a decision at the last look, which stops nothing."""


def object_room(reading: Reading) -> Said:
    for label in reading.never if reading.is_run else ():
        reading.study.date(label)
    for label, results in reading.results.items():
        for h, look in reading.looks:
            if reading.held(h, look) != label:
                continue
            said = reading.case.expect[h]
            yield ("day", h, look), reading.day(results.data.date)
            rows = results.rows.filter(pl.col("subgroup") == "")
            found = _decided(rows, said["asks"], h, reading)
            yield ("estimand", h), said["asks"] if found else None
            if "observed z" in found:
                z, then = found["observed z"]
                # of a hypothesis that stopped before, the values are those of that look
                stopped = then.removeprefix("at ") or look
                yield ("z", h, stopped), z
                yield ("bound", h, stopped), found["bound z"][0]
            if found:
                yield ("decision", h, look), found["decision"][1].partition(",")[0]
            yield from _counts(rows, said, h, look)


def _decided(rows: pl.DataFrame, key: str, h: str, reading: Reading) -> dict[str, Any]:
    own = rows.filter(pl.col("method") == "group-sequential boundary", pl.col("analysis") == key)
    return {r["statistic"]: (r["value"], r["note"]) for r in own.to_dicts()}


def _counts(rows: pl.DataFrame, said: dict[str, Any], h: str, look: str) -> Said:
    own = rows.filter(pl.col("analysis") == said["asks"])
    for statistic in ("events", "responders"):
        by_arm = own.filter(pl.col("statistic") == statistic, pl.col("method") == "count")
        for row in by_arm.to_dicts():
            if row["group"] in said["compares"]:
                yield (statistic, h, look, row["group"]), row["value"]
    total = "n" if said.get("counts", "deaths") == "subjects" else "events"
    pair = pl.col("group").is_in(said["compares"])
    counted = own.filter(pl.col("statistic") == total, pl.col("method") == "count", pair)
    yield ("counted", h, look), float(counted["value"].sum())


def monitor_room(reading: Reading) -> Said:
    """The design, told what the object road saw."""
    design = plan(reading.protocol)
    for label in reading.results:
        seen = _seen(reading, design, label)
        if not seen:
            continue
        passed = {h: _passed_over(reading, h, seen[h]) for h in seen}
        found = monitor(design, seen, not_performed=passed)
        for h, look in reading.looks:
            if h in seen and reading.held(h, look) == label:
                at = found[h].look
                yield ("bound", h, at), found[h].bound
                yield ("decision", h, look), found[h].decision
                yield ("effective z", h, at), found[h].z
                if found.graph is None:
                    yield ("level", h), found[h].level
                    yield ("bound at the start", h, at), found[h].bound
                    if not found[h].last:
                        yield ("futility at the start", h, at), found[h].futility_bound


def _passed_over(reading: Reading, h: str, seen: list[Seen]) -> list[str]:
    """Looks before the last one seen that added nothing to the one before."""
    names = list(reading.case.expect[h]["looks"])
    given = [s.look for s in seen]
    return [name for name in names[: names.index(given[-1])] if name not in given]


def _seen(reading: Reading, design: Design, label: str) -> dict[str, list[Seen]]:
    """What was seen up to a look, by the rows of the results."""
    found: dict[str, list[Seen]] = {}
    order = reading.in_order
    for h in [one.name for one in design.hypotheses]:
        for own, look in reading.looks:
            held = reading.held(own, look)
            if own != h or held not in order or order.index(held) > order.index(label):
                continue
            said = reading.case.expect[h]
            rows = reading.results[held].rows
            z = _decided(rows, said["asks"], h, reading).get("observed z")
            if z is None:
                return {}
            if z[1]:
                continue  # it stopped at a look before
            amount = dict(_counts(rows, said, h, look))["counted", h, look]
            found.setdefault(h, []).append(Seen(look, amount, z[0]))
    return found


def verify_room(reading: Reading) -> Said:
    for label, results in reading.results.items():
        checks = verify(results.rows, results.data.tables, reading.protocol)
        assert all(check.agrees for check in checks), [c for c in checks if not c.agrees]
        for h, look in reading.looks:
            said = reading.case.expect[h]
            if reading.held(h, look) != label:
                continue
            pair = " v ".join(said["compares"])
            for c in checks:
                if c.analysis != said["asks"] or c.theirs is None:
                    continue
                if (c.method, c.statistic, c.where) == (said.get("test", "log-rank"), "z", pair):
                    better = 1.0 if c.method in HIGHER_IS_BETTER else -1.0
                    better *= -1.0 if said.get("better") == "shorter" else 1.0
                    yield ("z", h, look), better * c.theirs
                if (
                    c.method == "count"
                    and c.statistic in ("events", "responders")
                    and c.where in said["compares"]
                ):
                    yield (c.statistic, h, look, c.where), c.theirs


def tables_room(reading: Reading) -> Said:
    """The efficacy table of the report, read as a person reads it."""
    labels = {arm.label: key for key, arm in reading.protocol.arms.items()}
    for label, results in reading.results.items():
        table = efficacy_table(results, Numbers(results))
        blocks = _blocks(table, reading)
        for h, look in reading.looks:
            said = reading.case.expect[h]
            if reading.held(h, look) != label:
                continue
            block = blocks[said["asks"]]
            if "Decision" in block:
                told = block["Decision"][-1].partition(",")[0]
                yield ("decision", h, look), ENDED.get(told, told)
            for name, statistic in (("Events", "events"), ("Responders", "responders")):
                for head, cell in zip(map(plain, table.heads), block.get(name, ())):
                    if labels.get(head) in said["compares"]:
                        yield (statistic, h, look, labels[head]), float(cell)
            test = re.escape(said.get("test", "log-rank"))
            named = [re.match(rf"P, {test} test: (.*) v (.*)", name) for name in block]
            for first in [found for found in named if found][:1]:
                yield ("arms", h), (labels[first[1]], labels[first[2]])


def _blocks(table: Any, reading: Reading) -> dict[str, dict[str, list[str]]]:
    """Estimand -> line -> cells without their marks, in the order of the protocol."""
    blocks: list[dict[str, list[str]]] = []
    for line in table.lines:
        if not line.indent:
            blocks.append({})
        else:
            blocks[-1][line.label] = [plain(cell) for cell in line.cells]
    return dict(zip(reading.protocol.estimands, blocks, strict=True))


def explain_room(reading: Reading) -> Said:
    """Of a few subjects of the pair: the event and its day, or whether they responded."""
    for label, results in reading.results.items():
        for h, look in reading.looks:
            said = reading.case.expect[h]
            if reading.held(h, look) != label:
                continue
            adsl = reading.pair(h, results.data.table("ADSL"))
            for subject in adsl["USUBJID"].sort()[:EXPLAINED]:
                told = explain(results.data, said["asks"], subject=subject).says
                yield ("explained", h, look, subject), _told(told)


def _told(text: str) -> tuple[Any, ...]:
    found = re.search(r", day (\d+) from", text)
    if found:
        return ("censored" if ": censored" in text else "event", int(found[1]))
    values = re.findall(r"(-?[\d.]+)(?: \(([+-][\d.]+)\))? at ([^;]+)", text)
    if values:
        return tuple((visit, float(v), float(change or 0)) for v, change, visit in values)
    return ("yes" if ": yes" in text else "no",)
