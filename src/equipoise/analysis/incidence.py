"""Adverse events: patients with at least one, by kind, class and term, at the worst grade."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby
from operator import itemgetter

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import members
from equipoise.analysis.results import Row

_OF = ": "  # between a class and its term
_YES = pl.col("AESER") == "Y"
COMMON = 0.05  # of an arm's patients; of terms that fewer have, no difference is told


def incidence(data: ADaM, *, terms: Collection[str] | None = None) -> Iterator[Row]:
    """Treatment-emergent adverse events in the safety population.

    The denominator is the arm's patients in ADSL; a patient counts once per class and per term, at
    the worst grade. Each experimental arm is compared with control by Fisher's exact test.
    Fatal events count among those of grade 3 or higher, and in a line of their own. Differences of
    risks are those of the kinds, and of classes and terms that are common in an arm.

    terms : those that are asked for, by default every one
    Returns  rows of analysis "safety"; term is "" (any event), "CLASS" or "CLASS: TERM"
    Checked  tests/oracle/pilot/test_pilot.py
    """
    if "ADAE" not in data.tables:
        return
    population = data.protocol.safety.population
    who = members(data.table("ADSL"), population, data.protocol)
    sizes = {key: int((who["ARMKEY"] == key).sum()) for key in data.protocol.arms}
    for key, n in sizes.items():
        yield Row("safety", "count", population, "n", n, group=key)
    events = data.table("ADAE").filter(pl.col("TRTEMFL") == "Y")
    events = events.join(who.select("USUBJID", "ARMKEY"), on="USUBJID", how="inner")
    # Without CTCAE grades AESEV stands in: its SEVERE and LIFE THREATENING are grades 3 and 4.
    graded = "AETOXGR" in events.columns
    severe = ("grade 3-4", "grade 3 or higher") if graded else ("severe", "severe or worse")
    table = _Table(population, sizes, data.protocol.control, *severe)
    of_interest = {query.label for query in data.protocol.safety.queries.values()}
    if terms is None or not of_interest.union([""]).isdisjoint(terms):
        yield from _overall(table, events)
    yield from _terms(table, events, terms)


class _Table:
    """Counts of patients by arm, as rows."""

    def __init__(
        self, population: str, sizes: dict[str, int], control: str, severe: str, worse: str
    ) -> None:
        self.population, self.sizes, self.control = population, sizes, control
        self.severe, self.worse = severe, worse
        self._p: dict[tuple[int, ...], float] = {}

    def rows(self, statistic: str, term: str, events: pl.DataFrame) -> Iterator[Row]:
        """Patients with at least one of `events`, the share of the arm, and Fisher's P."""
        counted = dict(events.group_by("ARMKEY").agg(pl.col("USUBJID").n_unique()).iter_rows())
        yield from self.counts(statistic, term, counted)

    def counts(self, statistic: str, term: str, counted: dict[str, int]) -> Iterator[Row]:
        for key, n in self.sizes.items():
            x = counted.get(key, 0)
            yield self._row(f"{statistic} patients", x, group=key, term=term)
            share = x / n if n else None
            yield self._row(f"{statistic} proportion", share, group=key, term=term, n=n)
        for key, n in self.sizes.items():
            control = self.sizes[self.control]
            if key == self.control or not n or not control:
                continue
            x, y = counted.get(key, 0), counted.get(self.control, 0)
            p = self._fisher(x, n, y, control)
            pair = f"{key} v {self.control}"
            yield self._row(f"{statistic} p", p, comparison=pair, term=term, method="Fisher exact")
            common = statistic == "any grade" and max(x / n, y / control) >= COMMON
            if not term or common or statistic == "special interest":
                yield from self._difference(statistic, term, pair, (x, n, y, control))

    def _fisher(self, *table: int) -> float:
        """P of a table, once: of hundreds of terms most are seen in the same few patients."""
        # Here and below: a report asks this module for words alone, without compiler and solver.
        from equipoise.analysis.response.tables import fisher_p

        if table not in self._p:
            self._p[table] = fisher_p(*table)
        return self._p[table]

    def _difference(
        self, statistic: str, term: str, pair: str, table: tuple[int, int, int, int]
    ) -> Iterator[Row]:
        """The difference of risks with its limits."""
        from equipoise.analysis.response.difference import newcombe

        found = newcombe(*table)
        for end, value in zip(("", " lower limit", " upper limit"), found[:3]):
            name = f"{statistic} risk difference{end}"
            yield self._row(name, value, comparison=pair, term=term, method="Newcombe")

    def _row(
        self,
        statistic: str,
        value: float | None,
        *,
        term: str,
        group: str = "",
        comparison: str = "",
        method: str = "incidence",
        n: float | None = None,
    ) -> Row:
        return Row(
            "safety", method, self.population, statistic, value,
            group=group, comparison=comparison, term=term, n=n,
        )  # fmt: skip


def _overall(table: _Table, events: pl.DataFrame) -> Iterator[Row]:
    yield from table.rows("any grade", "", events)
    yield from table.rows(table.severe, "", events.filter(pl.col("ATOXGRN").is_in([3, 4])))
    fatal = is_fatal(events.columns)
    worse = pl.col("ATOXGRN").is_in([3, 4, 5]) | fatal
    yield from table.rows(table.worse, "", events.filter(worse))
    if was_told(events, "AESER"):
        yield from table.rows("serious", "", events.filter(_YES))
    if was_told(events, "AEREL"):
        yield from table.rows("related", "", events.filter(is_related()))
    if was_told(events, "AEACN"):
        stopped = pl.col("AEACN").str.to_uppercase() == "DRUG WITHDRAWN"
        yield from table.rows("leading to stop", "", events.filter(stopped))
    yield from table.rows("fatal", "", events.filter(fatal))
    for column in [c for c in events.columns if c.endswith("NAM") and c.startswith("CQ")]:
        for name in events[column].drop_nulls().unique().sort():
            yield from table.rows("special interest", name, events.filter(pl.col(column) == name))


def is_related() -> pl.Expr:
    """Whether somebody called an event related to treatment, or possibly so."""
    words = ["Y", "YES", "RELATED", "POSSIBLE", "PROBABLE", "DEFINITE", "POSSIBLY RELATED"]
    return pl.col("AEREL").str.to_uppercase().is_in(words)


def was_told(events: pl.DataFrame, variable: str) -> bool:
    """Whether a variable was collected; where it is blank throughout, nothing is counted by it."""
    if variable not in events.columns:
        return False
    return events.is_empty() or bool((events[variable].fill_null("") != "").any())


def has_died(columns: list[str]) -> pl.Expr:
    """Whether a patient of ADSL died, by flag or by date."""
    told = [pl.col("DTHFL").fill_null("") == "Y"] if "DTHFL" in columns else []
    told += [pl.col("DTHDT").is_not_null()] if "DTHDT" in columns else []
    return pl.any_horizontal(told) if told else pl.lit(False)


def is_fatal(columns: list[str]) -> pl.Expr:
    """Events that ended in death, by whichever of its variables says so."""
    told = [pl.col("ATOXGRN") == 5]
    told += [pl.col("AEOUT").str.to_uppercase() == "FATAL"] if "AEOUT" in columns else []
    told += [pl.col("AESDTH") == "Y"] if "AESDTH" in columns else []
    return pl.any_horizontal([one.fill_null(False) for one in told])


def _terms(table: _Table, events: pl.DataFrame, terms: Collection[str] | None) -> Iterator[Row]:
    """By class and term, at the worst grade of each patient."""
    graded = events.with_columns(
        pl.when(is_fatal(events.columns)).then(5).otherwise(pl.col("ATOXGRN")).alias("grade")
    )
    for keys in (["AEBODSYS"], ["AEDECOD"], ["AEBODSYS", "AEDECOD"]):
        asked = graded
        if terms is not None:
            asked = graded.filter(pl.concat_str(keys, separator=_OF).is_in(list(terms)))
        worst = asked.group_by([*keys, "ARMKEY", "USUBJID"]).agg(
            pl.col("grade").max().alias("worst")
        )
        counts = (
            worst.group_by([*keys, "ARMKEY"])
            .agg(
                pl.len().alias("any grade"),
                pl.col("worst").is_in([3, 4]).sum().alias(table.severe),
                (pl.col("worst") >= 3).sum().alias(table.worse),
                (pl.col("worst") == 5).sum().alias("grade 5"),
            )
            .sort([*keys, "ARMKEY"])
        )
        yield from _of_each(table, counts, keys)


def _of_each(table: _Table, counts: pl.DataFrame, keys: list[str]) -> Iterator[Row]:
    """Rows of each term; counts : ordered by `keys` and ARMKEY, a column for each statistic."""
    statistics, arm = ("any grade", table.severe, table.worse, "grade 5"), len(keys)
    rows = counts.select(*keys, "ARMKEY", *statistics).rows()
    for term, part in groupby(rows, key=itemgetter(slice(arm))):
        name, own = _OF.join(str(t) for t in term), list(part)
        for at, statistic in enumerate(statistics, start=arm + 1):
            counted = {row[arm]: row[at] for row in own}
            if statistic != "grade 5" or any(counted.values()):
                yield from table.counts(statistic, name, counted)
