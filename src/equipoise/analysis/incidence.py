"""Adverse events: patients with at least one, by kind, class and term, at the worst grade."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import members
from equipoise.analysis.response.tables import fisher_p
from equipoise.analysis.results import Row

_YES = pl.col("AESER") == "Y"


def incidence(data: ADaM) -> Iterator[Row]:
    """Treatment-emergent adverse events in the safety population.

    The denominator is the arm's patients in ADSL; a patient counts once per class and per term, at
    the worst grade. Each experimental arm is compared with control by Fisher's exact test.
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
    severe = "grade 3-4" if "AETOXGR" in events.columns else "severe"
    table = _Table(population, sizes, data.protocol.control, severe)
    yield from _overall(table, events)
    yield from _terms(table, events)


class _Table:
    """Counts of patients by arm, as rows."""

    def __init__(self, population: str, sizes: dict[str, int], control: str, severe: str) -> None:
        self.population, self.sizes, self.control = population, sizes, control
        self.severe = severe

    def rows(self, statistic: str, term: str, events: pl.DataFrame) -> Iterator[Row]:
        """Patients with at least one of `events`, the share of the arm, and Fisher's P."""
        counted = dict(events.group_by("ARMKEY").agg(pl.col("USUBJID").n_unique()).iter_rows())
        yield from self.counts(statistic, term, counted)

    def counts(self, statistic: str, term: str, counted: dict[str, int]) -> Iterator[Row]:
        for key, n in self.sizes.items():
            x = counted.get(key, 0)
            yield self._row(f"{statistic} patients", x, group=key, term=term)
            share = x / n if n else None
            yield self._row(f"{statistic} proportion", share, group=key, term=term)
        for key, n in self.sizes.items():
            control = self.sizes[self.control]
            if key == self.control or not n or not control:
                continue
            x, y = counted.get(key, 0), counted.get(self.control, 0)
            p = fisher_p(x, n, y, control)
            pair = f"{key} v {self.control}"
            yield self._row(f"{statistic} p", p, comparison=pair, term=term, method="Fisher exact")

    def _row(
        self,
        statistic: str,
        value: float | None,
        *,
        term: str,
        group: str = "",
        comparison: str = "",
        method: str = "incidence",
    ) -> Row:
        return Row(
            "safety", method, self.population, statistic, value,
            group=group, comparison=comparison, term=term,
        )  # fmt: skip


def _overall(table: _Table, events: pl.DataFrame) -> Iterator[Row]:
    yield from table.rows("any grade", "", events)
    yield from table.rows(table.severe, "", events.filter(pl.col("ATOXGRN").is_in([3, 4])))
    if "AESER" in events.columns:
        yield from table.rows("serious", "", events.filter(_YES))
    if "AEREL" in events.columns:
        yield from table.rows("related", "", events.filter(_related()))
    for column in [c for c in events.columns if c.endswith("NAM") and c.startswith("CQ")]:
        for name in events[column].drop_nulls().unique().sort():
            yield from table.rows("special interest", name, events.filter(pl.col(column) == name))


def _related() -> pl.Expr:
    words = ["Y", "YES", "RELATED", "POSSIBLE", "PROBABLE", "DEFINITE", "POSSIBLY RELATED"]
    return pl.col("AEREL").str.to_uppercase().is_in(words)


def _terms(table: _Table, events: pl.DataFrame) -> Iterator[Row]:
    """By class and term, at the worst grade of each patient."""
    for keys in (["AEBODSYS"], ["AEDECOD"], ["AEBODSYS", "AEDECOD"]):
        worst = events.group_by([*keys, "ARMKEY", "USUBJID"]).agg(
            pl.col("ATOXGRN").max().alias("worst")
        )
        counts = (
            worst.group_by([*keys, "ARMKEY"])
            .agg(
                pl.len().alias("any grade"),
                pl.col("worst").is_in([3, 4]).sum().alias(table.severe),
                (pl.col("worst") == 5).sum().alias("grade 5"),
            )
            .sort([*keys, "ARMKEY"])
        )
        for term, part in counts.group_by(keys, maintain_order=True):
            name = ": ".join(str(t) for t in term)
            for statistic in ("any grade", table.severe, "grade 5"):
                counted = dict(part.select("ARMKEY", statistic).iter_rows())
                if statistic != "grade 5" or any(counted.values()):
                    yield from table.counts(statistic, name, counted)
