"""Rows of Results by what they are about, each as the number that is printed."""

from __future__ import annotations

from typing import Any

import polars as pl

from equipoise.analysis.results import PLACE, Results, row_key
from equipoise.reporting.model import DASH, Cell, Number, run
from equipoise.reporting.words import STYLES, UNKNOWN, NumberText, Style, kind_of

_LIMITS = (" lower limit", " upper limit")
_ONE_MORE = ("mean", "standard deviation")
_WHOLE = ("Doses given", "days", "dose to the last")  # of exposure, counted in whole numbers
_MOST_DIGITS = 3


class Numbers:
    """The numbers of one look in one style; a row has the same text wherever it is printed."""

    def __init__(self, results: Results, style: Style = STYLES["regulator"]) -> None:
        self.results, self.words = results, NumberText(style)
        self._columns, self._values = results.rows.columns, results.rows.rows()
        self._places = results.rows.select(PLACE).rows()
        self._place = _first(self._places)
        self._made: dict[int, Number] = {}
        self._collected: dict[str, int] = {}

    def _row(self, index: int) -> dict[str, Any]:
        return dict(zip(self._columns, self._values[index]))

    def __getitem__(self, row: int) -> Number:
        """The number of a row by its index."""
        if row not in self._made:
            found = self._row(row)
            text = self._text(found)
            self._made[row] = Number(row, text, row_key(found), found["value"], found["note"])
        return self._made[row]

    def comparisons(self, analysis: str, statistic: str) -> list[str]:
        """The comparisons for which an analysis has a statistic, in order."""
        wanted = (k for k in self._places if k[0] == analysis and k[2] == statistic and k[3])
        return list(dict.fromkeys(k[3] for k in wanted))

    def find(
        self,
        analysis: str,
        statistic: str,
        *,
        method: str = "",
        comparison: str = "",
        group: str = "",
        subgroup: str = "",
        term: str = "",
        at: float | None = None,
    ) -> Number | None:
        """The number, by any method unless one is named; None if there is no such row."""
        key = (analysis, method, statistic, comparison, group, subgroup, term, at)
        found = self._place.get(key)
        return None if found is None else self[found]

    def cell(self, analysis: str, statistic: str, **where: Any) -> Cell:
        """The number as a cell; a dash if there is no such row."""
        found = self.find(analysis, statistic, **where)
        return DASH if found is None else (found,)

    def interval(self, analysis: str, statistic: str, unit: str = "", **where: Any) -> Cell:
        """`0.21 (95% CI 0.13 to 0.34)`, as `limits`."""
        found = self.limits(analysis, statistic, unit, **where)
        return tuple(" (95% CI " if part == " (" else part for part in found)

    def limits(self, analysis: str, statistic: str, unit: str = "", **where: Any) -> Cell:
        """`0.21 (0.13 to 0.34)`, every part a number of its own; limits where there are any."""
        value = self.find(analysis, statistic, **where)
        if value is None:
            return DASH
        lower, upper = (self.find(analysis, statistic + end, **where) for end in _LIMITS)
        if lower is None or upper is None or value.text == lower.text == upper.text:
            return run(value, unit)
        if value.value is lower.value is upper.value is None:
            return run(value, unit)
        return run(value, unit, " (", lower, " to ", upper, ")")

    def share(self, analysis: str, count: str, share: str, **where: Any) -> Cell:
        """`12 (9.3%)`; nobody is `0`."""
        x = self.find(analysis, count, **where)
        if x is None:
            return DASH
        part = self.find(analysis, share, **where)
        if not x.value or part is None or part.value is None:
            return (x,)
        return run(x, " (", part, "%)")

    def _text(self, row: dict[str, Any]) -> str:
        statistic = row["statistic"]
        if row["analysis"] == "published":
            return self._simulated(row)
        if statistic.startswith("odds ratio") and self._without_odds(row):
            return UNKNOWN
        name = next((statistic.removesuffix(e) for e in _LIMITS if statistic.endswith(e)), "")
        return self.words.say(
            statistic,
            row["value"],
            note=row["note"],
            of=self._value(row, name) if name else None,
            n=row.get("n"),
            digits=self._digits(row),
            against=self._against(row),
        )

    def _simulated(self, row: dict[str, Any]) -> str:
        """An end of the interval of a published figure, as that figure is printed."""
        published = self.results.data.protocol.report.published
        about = next((f for f in published if f.says == row["term"]), None)
        name = row["statistic"] if about is None else about.statistic
        of = None if about is None else about.value
        return self.words.say(name, row["value"], note="not reached", of=of)

    def _value(self, row: dict[str, Any], statistic: str) -> float | None:
        """Another statistic of the same place."""
        key = tuple(statistic if k == "statistic" else row[k] for k in PLACE)
        found = self._place.get(key)
        return None if found is None else self._row(found)["value"]

    def _without_odds(self, row: dict[str, Any]) -> bool:
        """Whether nobody, or everybody, of both arms responded: any odds ratio would do."""
        responders = [self._count(row, "responders", arm) for arm in row["comparison"].split(" v ")]
        sizes = [self._count(row, "n", arm) for arm in row["comparison"].split(" v ")]
        return responders == [0, 0] or (None not in sizes and responders == sizes)

    def _count(self, row: dict[str, Any], statistic: str, arm: str) -> float | None:
        key = (row["analysis"], "count", statistic, "", arm, row["subgroup"], "", None)
        found = self._place.get(key)
        return None if found is None else self._row(found)["value"]

    def _against(self, row: dict[str, Any]) -> float | None:
        """The level or bound that the text holds a P value against."""
        kind = kind_of(row["statistic"])
        if kind == "bound" and row["statistic"].startswith("observed"):
            return self._value(row, "bound p, one-sided")
        design = self.results.data.protocol.design
        if kind != "p":
            return None
        return design.alpha / design.sides if "one-sided" in row["statistic"] else design.alpha

    def _digits(self, row: dict[str, Any]) -> int | None:
        """Decimals of a characteristic: those it was collected with, one more for its mean."""
        if row["analysis"] == "exposure":
            digits, value = self._dosed(row["term"]), row["value"]
            halves = row["statistic"] == "median" and value is not None and "%" not in row["term"]
            more = halves and round(value, digits) != value
            return digits + (row["statistic"] in _ONE_MORE or more)
        if row["statistic"].endswith("days since last seen"):
            return 0
        if row["analysis"] != "baseline" or kind_of(row["statistic"]) != "number":
            return None
        name = row["term"].partition(": ")[0]
        if name not in self._collected:
            self._collected[name] = decimals(self.results.data.table("ADSL"), name)
        digits, value = self._collected[name], row["value"]
        halves = value is not None and round(value, digits) != value
        return digits + (row["statistic"] in _ONE_MORE or halves)

    def _dosed(self, term: str) -> int:
        """Decimals of exposure: of a cumulative dose those that doses were recorded with."""
        drug, _, what = term.partition(": ")
        if term.endswith(_WHOLE) or "%" in what:
            return 0
        if drug not in self._collected:
            data = self.results.data
            ex = data.table("EX") if data.has("EX") else pl.DataFrame()
            named = {"EXTRT", "EXDOSE"} <= set(ex.columns)
            own = ex.filter(pl.col("EXTRT") == drug) if named else ex
            self._collected[drug] = decimals(own, "EXDOSE") if named and own.height else 1
        return self._collected[drug]


def _first(places: list[tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    """Place -> the first row about it, and without its method the first by any."""
    last_to_first = range(len(places) - 1, -1, -1)
    by_any = [(place[0], "", *place[2:]) for place in places]
    named, unnamed = (dict(zip(reversed(of), last_to_first)) for of in (places, by_any))
    return named | unnamed


def decimals(table: pl.DataFrame, variable: str) -> int:
    """The most decimals that a variable was collected with, three at most."""
    if variable not in table.columns or not table.schema[variable].is_numeric():
        return 0
    for digits in range(_MOST_DIGITS):
        values = table[variable].drop_nulls().cast(pl.Float64)
        if ((values - values.round(digits)).abs() < 1e-9).all():
            return digits
    return _MOST_DIGITS
