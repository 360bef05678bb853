"""Numbers of the report: each is one row of Results, and its HTML says which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from equipoise.analysis.results import Results
from equipoise.reporting.rounding import MISSING

KEYS = ("analysis", "method", "statistic", "comparison", "group", "subgroup", "term", "at")


@dataclass(frozen=True, slots=True)
class Number:
    """A value with the row it stands in."""

    row: int
    value: float | None
    label: str
    note: str = ""

    def html(self, text: Callable[[float], str], *, absent: str = "") -> str:
        """The number in words, as a span that names its row."""
        shown = absent or self.note or MISSING
        if self.value is not None:
            shown = text(self.value)
        elif "not estimable" in self.note:
            shown = "not estimable"
        title = f"{self.label}; {self.note}" if self.note else self.label
        return f'<span data-row="{self.row}" title="{escape(title)}">{escape(shown)}</span>'


class Numbers:
    """Rows of Results by what they are about."""

    def __init__(self, results: Results) -> None:
        self._by_key: dict[tuple[Any, ...], Number] = {}
        for i, row in enumerate(results.rows.iter_rows(named=True)):
            key = tuple(row[k] for k in KEYS)
            label = " · ".join(str(part) for part in key if part not in ("", None))
            number = Number(i, row["value"], label, row["note"])
            self._by_key.setdefault(key, number)
            self._by_key.setdefault((key[0], "", *key[2:]), number)

    def comparisons(self, analysis: str, statistic: str) -> list[str]:
        """The comparisons for which an analysis has a statistic, in order."""
        wanted = (k for k in self._by_key if k[0] == analysis and k[2] == statistic and k[3])
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
        return self._by_key.get(key)

    def html(
        self, analysis: str, statistic: str, text: Callable[[float], str], **where: Any
    ) -> str:
        """The number in words; a dash if there is no such row."""
        found = self.find(analysis, statistic, **where)
        return found.html(text) if found else MISSING

    def limits(
        self, analysis: str, statistic: str, text: Callable[[float], str], **where: Any
    ) -> str:
        """`0.21 (0.13 to 0.34)`, every part a number of its own; limits where there are any."""
        value = self.find(analysis, statistic, **where)
        if value is None:
            return MISSING
        lower = self.find(analysis, f"{statistic} lower limit", **where)
        upper = self.find(analysis, f"{statistic} upper limit", **where)
        if lower is None or upper is None or value.value is lower.value is upper.value is None:
            return value.html(text)
        ends = f"{lower.html(text, absent='NE')} to {upper.html(text, absent='NE')}"
        return f"{value.html(text)} ({ends})"
