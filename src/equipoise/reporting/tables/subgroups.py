"""The effect in each level of each subgroup, with the test of interaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import polars as pl

from equipoise.analysis.results import Results
from equipoise.reporting.labels import subgroup_label
from equipoise.reporting.model import DASH, Cell, Display, Line, Number, run
from equipoise.reporting.numbers import Numbers

_EFFECTS = ("hazard ratio", "odds ratio", "difference in proportions", "difference in means")


class Level(NamedTuple):
    """One line of subgroups: of whom, the effect, and events or responders of patients by arm.

    factor : "" for everybody; interaction : stands at the first level of its factor
    """

    factor: str
    label: str
    effect: Number | None
    lower: Number | None
    upper: Number | None
    counts: tuple[Cell, ...]
    interaction: Number | None
    shown: Cell


def subgroup_table(results: Results, numbers: Numbers) -> Display:
    """One line per level, of the first primary estimand and its first comparison."""
    key = primary(results)
    found = subgroup_levels(results, numbers, key)
    lines: list[Line] = []
    factor = ""
    for level in found:
        if level.factor and level.factor != factor:
            factor = level.factor
            lines.append(Line(factor))
        p: Cell = (level.interaction,) if level.interaction else ()
        lines.append(Line(level.label, (*level.counts, level.shown, p), int(bool(level.factor))))
    arms = [results.data.protocol.arms[a].label for a in pair_of(results, key).split(" v ")]
    of = counted(results, key)
    heads = (*((f"{arm}\n{of}",) for arm in arms), ("Effect (95% CI)",), ("P of interaction",))
    return Display(
        "subgroups",
        "14.2.2",
        f"Effect in subgroups: {results.data.protocol.estimands[key].label or key}",
        heads,
        tuple(lines),
        (chance_note(found),),
    )


def chance_note(found: list[Level]) -> str:
    """That many looks find something."""
    factors = len({level.factor for level in found if level.factor})
    return (
        f"Not adjusted for multiplicity: of {factors} tests of interaction, "
        f"{0.05 * factors:.2g} are expected below 0.05 by chance alone."
    )


def primary(results: Results) -> str:
    """The first primary estimand."""
    estimands = results.data.protocol.estimands
    return next((k for k, e in estimands.items() if e.role == "primary"), next(iter(estimands)))


def effect_of(results: Results, key: str) -> str:
    """The effect that subgroups have."""
    seen = set(results.select(analysis=key)["statistic"])
    return next((name for name in _EFFECTS if name in seen), "")


def pair_of(results: Results, key: str) -> str:
    """The first comparison of an estimand."""
    rows = results.select(analysis=key).filter(pl.col("comparison").str.contains(" v "))
    return str(rows["comparison"][0]) if rows.height else ""


def counted(results: Results, key: str) -> str:
    """What is counted of the patients."""
    seen = set(results.select(analysis=key, method="count")["statistic"])
    return next((f"{s}/patients" for s in ("events", "responders") if s in seen), "patients")


def subgroup_levels(results: Results, numbers: Numbers, key: str) -> list[Level]:
    """Everybody, then the levels of each factor as the protocol has them."""
    return list(_levels(results, numbers, key))


def _levels(results: Results, numbers: Numbers, key: str) -> Iterator[Level]:
    effect, pair = effect_of(results, key), pair_of(results, key)
    rows = results.select(analysis=key, statistic=effect, comparison=pair)
    seen = ""
    for subgroup in rows["subgroup"].unique(maintain_order=True):
        factor, label = ("", "All patients")
        if subgroup:
            factor, label = subgroup_label(results.data.protocol, subgroup)
        first, seen = factor != seen, factor
        where: dict[str, Any] = {"comparison": pair, "subgroup": subgroup}
        name = subgroup.partition(": ")[0]
        test = numbers.find(key, "p", method="interaction test", comparison=pair, subgroup=name)
        yield Level(
            factor,
            label,
            numbers.find(key, effect, **where),
            numbers.find(key, f"{effect} lower limit", **where),
            numbers.find(key, f"{effect} upper limit", **where),
            tuple(_of_arm(numbers, key, arm, subgroup) for arm in pair.split(" v ")),
            test if first and factor else None,
            numbers.limits(key, effect, **where),
        )


def _of_arm(numbers: Numbers, key: str, arm: str, subgroup: str) -> Cell:
    where: dict[str, Any] = {"group": arm, "subgroup": subgroup, "method": "count"}
    n = numbers.cell(key, "n", **where)
    for statistic in ("events", "responders"):
        if numbers.find(key, statistic, **where):
            return run(numbers.cell(key, statistic, **where), "/", n)
    return n if n else DASH
