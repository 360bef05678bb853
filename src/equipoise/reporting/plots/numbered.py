"""The numbers of a trial's figure: each a row with a key, made once however often it is drawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import polars as pl

from equipoise.analysis.results import PLACE, Row, frame, row_key
from equipoise.reporting.model import Number, Piece
from equipoise.reporting.words import NumberText, kind_of


class FigureRows:
    """Rows of one figure, in the order in which they are asked for.

    analysis : the figure's name; method : what its values are; population : among whom
    after : the rows that stand before them, those of the look; days : of the unit of its times
    """

    def __init__(
        self,
        analysis: str,
        words: NumberText,
        *,
        method: str = "as collected",
        population: str = "",
        after: int = 0,
        days: float = 1.0,
    ) -> None:
        self.words, self.days, self._after = words, days, after
        self._of = {"analysis": analysis, "method": method, "population": population}
        self._rows: list[Row] = []
        self.numbers: dict[str, Number] = {}

    @property
    def table(self) -> pl.DataFrame:
        """The rows that were asked for, as those of Results."""
        return frame(self._rows)

    def number(
        self, statistic: str, value: float | None, *, digits: int | None = None, **where: object
    ) -> Number:
        """The number of a place; group, term, at and n as a row has them."""
        row = Row(**self._of, statistic=statistic, value=value, **where)  # type: ignore[arg-type]
        about = asdict(row)
        key = row_key({name: about[name] for name in PLACE})
        if key not in self.numbers:
            text = self.words.say(statistic, value, digits=digits, n=row.n)
            self.numbers[key] = Number(self._after + len(self._rows), text, key, value)
            self._rows.append(row)
        return self.numbers[key]


def numbers_of(
    rows: FigureRows | None,
    table: pl.DataFrame,
    column: str,
    statistic: str,
    *,
    term: str = "",
    at: str = "",
    digits: int | None = None,
) -> tuple[Piece | None, ...]:
    """A column's values as numbers, a table's arm being their group; texts without `rows`.

    term, at : the columns that tell rows apart; those of one place are counted, ", 2" and so on
    """
    seen: Counter[tuple[object, ...]] = Counter()
    made: list[Piece | None] = []
    for row in table.iter_rows(named=True):
        value = row[column]
        if value is None or rows is None:
            made.append(None if value is None else _unkeyed(statistic, value, digits))
            continue
        arm, name = row.get("arm", ""), str(row[term]) if term else ""
        when = rows.days * float(row[at]) if at else None
        place = (arm, name, when)
        seen[place] += 1
        name += f", {seen[place]}" if seen[place] > 1 else ""
        made.append(
            rows.number(statistic, float(value), digits=digits, group=arm, term=name, at=when)
        )
    return tuple(made)


def plain_value(value: float) -> str:
    """A value of somebody's own table, which is no row: its digits, four at most."""
    known = next((d for d in range(4) if abs(round(value, d) - value) < 1e-9), 4)
    return NumberText().number(float(value), known)


def _unkeyed(statistic: str, value: float, digits: int | None) -> str:
    if kind_of(statistic) == "number" and digits is None:
        return plain_value(value)
    return NumberText().say(statistic, float(value), digits=digits)
