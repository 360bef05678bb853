"""Double programming: every primary and secondary result again, by independent libraries.

From the analysis datasets alone: PyPI `survival` for times to event, scipy and statsmodels for
proportions, statsmodels for counts. Only Miettinen and Nurminen's limits, which no library has
right, are worked out here, from the score equation instead of its closed form.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

import polars as pl

from equipoise.adam.conditions import select
from equipoise.adam.subjects.populations import flag_name
from equipoise.adam.time.adtte import parameter_codes
from equipoise.adam.time.origins import ORIGINS
from equipoise.errors import InputError
from equipoise.meaning.options import CountOptions
from equipoise.meaning.responders import responder_of
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand
from equipoise.reporting.recompute.common import Key, Theirs
from equipoise.reporting.recompute.counts import event_rates
from equipoise.reporting.recompute.proportions import proportions
from equipoise.reporting.recompute.times import times

_CLOSE = 1e-8  # relative: both sides are double arithmetic, and Cox iterates to its optimum
NEEDED = ("survival", "statsmodels")
DRAWN = (
    "curve", "curve lower limit", "curve upper limit", "censored", "at risk", "events before",
    "censored before", "few at risk from", "at risk at the last step", "events, by kind",
    "censored, by reason",
)  # fmt: skip
"""Points of a picture and parts of a count, whose whole is checked here."""
SAID = ("decision",)  # words; the numbers that they follow from stand beside them


@dataclass(frozen=True, slots=True)
class Check:
    """One number of ours beside theirs; None is "not estimable", and theirs None with `by` ""
    is "no independent library has this method"."""

    analysis: str
    method: str
    statistic: str
    where: str
    ours: float | None
    theirs: float | None
    by: str

    @property
    def difference(self) -> float | None:
        """Relative to theirs; None where one side has no number."""
        if self.ours is None or self.theirs is None:
            return None
        gap = abs(self.ours - self.theirs)
        return gap / abs(self.theirs) if self.theirs else gap

    @property
    def agrees(self) -> bool:
        """Whether the two are one number, or neither is one; True if nothing could be compared."""
        if not self.by:
            return True
        if self.ours is None or self.theirs is None:
            return self.ours is self.theirs
        return abs(self.ours - self.theirs) <= _CLOSE * abs(self.theirs)


def verify(
    rows: pl.DataFrame, tables: Mapping[str, pl.DataFrame], protocol: Protocol
) -> list[Check]:
    """Recompute the results of every primary and secondary estimand, subgroups too.

    rows : Results' rows; tables : the analysis datasets by name
    Raises   InputError if a library is missing.
    Checked  tests/unit/cli/test_verify.py; tests/oracle/test_verify_virtual.py
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise InputError(
            f"verify needs libraries that are not installed ({', '.join(missing)}): "
            'pip install "equipoise[verify]"'
        )
    found: list[Check] = []
    for key, estimand in protocol.estimands.items():
        if estimand.role in ("primary", "secondary"):
            found += _estimand(rows.filter(pl.col("analysis") == key), tables, protocol, key)
    return found


def check_of(
    rows: pl.DataFrame, index: int, tables: Mapping[str, pl.DataFrame], protocol: Protocol
) -> Check | None:
    """One row of Results recomputed; None where it answers no primary or secondary estimand.

    Raises   InputError if a library is missing.
    """
    one = rows[index]
    wanted = (one["method"][0], one["statistic"][0])
    found = [c for c in verify(one, tables, protocol) if (c.method, c.statistic) == wanted]
    return next((c for c in found if c.ours == one["value"][0]), None)


def _estimand(
    rows: pl.DataFrame, tables: Mapping[str, pl.DataFrame], protocol: Protocol, key: str
) -> Iterator[Check]:
    estimand = protocol.estimands[key]
    recompute = _RECOMPUTED.get(protocol.endpoints[estimand.endpoint].type)
    people = _people(tables, protocol, key, estimand) if recompute else pl.DataFrame()
    for subgroup in rows["subgroup"].unique(maintain_order=True):
        part = rows.filter(
            (pl.col("subgroup") == subgroup) & ~pl.col("statistic").is_in([*DRAWN, *SAID])
        )
        # "sex" alone is the test of an interaction over its levels, "sex: F" a level.
        theirs: Theirs = {}
        if recompute is not None and (not subgroup or ": " in subgroup):
            inside = people.filter(_in_subgroup(people, protocol, subgroup))
            theirs = recompute(inside, protocol, estimand, set(part["method"]))
        yield from _compared(part, theirs, key, subgroup)


_RECOMPUTED = {"time to event": times, "proportion": proportions, "count": event_rates}
"""By type of endpoint; no independent library has the methods of the others."""


def _compared(rows: pl.DataFrame, theirs: Theirs, key: str, subgroup: str) -> Iterator[Check]:
    known: set[Key] = set()
    blank: set[tuple[str, str]] = set()
    for row in rows.iter_rows(named=True):
        place: Key = (row["method"], row["statistic"], row["comparison"] or row["group"], row["at"])
        known.add(place)
        if row["value"] is None and "not estimable" in row["note"]:
            blank.add((place[0], place[2]))
        value, by = theirs.get(place, (None, ""))
        yield _check(key, place, subgroup, row["value"], value, by)
    for place, (value, by) in theirs.items():
        if place not in known and (place[0], place[2]) not in blank:
            yield _check(key, place, subgroup, None, value, by)


def _check(
    key: str, place: Key, subgroup: str, ours: float | None, theirs: float | None, by: str
) -> Check:
    method, statistic, who, at = place
    where = [who, f"day {at:g}" if at is not None else "", subgroup]
    number = theirs if theirs is not None and math.isfinite(theirs) else None
    return Check(key, method, statistic, ", ".join(w for w in where if w), ours, number, by)


def _people(
    tables: Mapping[str, pl.DataFrame], protocol: Protocol, key: str, estimand: Estimand
) -> pl.DataFrame:
    """ADSL of the population with ARM, and AVAL and EVENT or RESPONDER."""
    population = protocol.populations[estimand.population]
    arm = "TRT01P" if population.arm == "as randomized" else "TRT01A"
    adsl = tables["ADSL"].filter(pl.col(flag_name(estimand.population, protocol)) == "Y")
    adsl = adsl.with_columns(ARM_=pl.col(arm)).filter(pl.col("ARM_").is_not_null())
    endpoint = protocol.endpoints[estimand.endpoint]
    if endpoint.type == "time to event":
        code = parameter_codes(protocol)[key]
        one = tables["ADTTE"].filter(pl.col("PARAMCD") == code)
        one = one.select("USUBJID", "AVAL", EVENT=(pl.col("CNSR") == 0).cast(pl.Int64))
        return adsl.join(one, on="USUBJID")
    if endpoint.type == "count":
        return _at_risk(adsl, tables, protocol, estimand)
    asked = responder_of(protocol, estimand.endpoint)
    seen = tables[asked.data]
    if asked.parameter is not None:
        seen = seen.filter(pl.col("PARAMCD") == asked.parameter)
    if asked.reader is not None and "READER" in seen.columns:
        seen = seen.filter(pl.col("READER") == asked.reader)
    yes = select(seen, asked.condition, dataset=asked.data)["USUBJID"]
    return adsl.with_columns(RESPONDER=pl.col("USUBJID").is_in(yes.implode()))


def _at_risk(
    adsl: pl.DataFrame, tables: Mapping[str, pl.DataFrame], protocol: Protocol, estimand: Estimand
) -> pl.DataFrame:
    """ADSL with COUNT, the records dated inside the time at risk, and DAYS at risk above 0."""
    endpoint = protocol.endpoints[estimand.endpoint]
    options = CountOptions.of(estimand)
    start = pl.col(ORIGINS.get(endpoint.from_, endpoint.from_))
    end = pl.coalesce(*(c for c in ("EOSDT", "LSTALVDT") if c in adsl.columns))
    days = pl.col(options.exposure) if options.exposure else (end - start).dt.total_days() + 1
    most = [pl.lit(span.whole_days) for span in estimand.at]
    people = adsl.with_columns(_START=start, DAYS=pl.min_horizontal(days, *most))
    rows = tables[str(endpoint.data)]
    if endpoint.parameter is not None:
        rows = rows.filter(pl.col("PARAMCD") == endpoint.parameter)
    rows = select(rows, options.where, dataset=str(endpoint.data))
    onset = next((c for c in ("ASTDT", "ADT") if c in rows.columns), None)
    rows = rows.select("USUBJID", *([onset] if onset else [])).join(people, on="USUBJID")
    if onset is not None:
        day = (pl.col(onset) - pl.col("_START")).dt.total_days() + 1
        rows = rows.filter((day >= 1) & (day <= pl.col("DAYS")))
    seen = rows.group_by("USUBJID").agg(COUNT=pl.len())
    whole = people.join(seen, on="USUBJID", how="left").with_columns(pl.col("COUNT").fill_null(0))
    return whole.filter(pl.col("DAYS") > 0)


def _in_subgroup(people: pl.DataFrame, protocol: Protocol, label: str) -> pl.Expr:
    """The subjects of a subgroup as its rows are labeled: "age: under 65"."""
    if ": " not in label:
        return pl.lit(True)
    name, _, level = label.partition(": ")
    column = pl.col(protocol.subgroups[name].variable)
    if not protocol.subgroups[name].cut:
        return column.cast(pl.String) == level
    if level.endswith(" or over"):
        return column >= float(level.removesuffix(" or over"))
    low, _, high = level.rpartition("under ")
    inside = column < float(high)
    return inside & (column >= float(low.removesuffix(" to "))) if low else inside
