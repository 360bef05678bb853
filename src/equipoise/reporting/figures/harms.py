"""Common adverse events: the risk in each arm, and its difference with limits."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from equipoise.analysis.incidence import COMMON
from equipoise.analysis.results import Results
from equipoise.reporting.figures.axes import round_values
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.labels import population_label, term_label
from equipoise.reporting.model import Cell, Display, Line, Number, plain
from equipoise.reporting.numbers import Numbers

MOST_TERMS = 30
_ROW = 22
_TOP = 46
_ENDS = ("", " lower limit", " upper limit")


class CommonTerm(NamedTuple):
    """A term with the risk in control and experimental arm, and the difference with limits."""

    name: str
    risks: tuple[Number | None, Number | None]
    difference: tuple[Number | None, Number | None, Number | None]
    shown: Cell


def harms_figure(results: Results, numbers: Numbers) -> ReportFigure | None:
    """Terms that at least 5% of an arm had, by their difference; None if there is none."""
    protocol = results.data.protocol
    pair = f"{protocol.experimental[0]} v {protocol.control}"
    terms = common_terms(results, numbers, pair)
    if not terms:
        return None
    arms = [protocol.arms[k].label for k in pair.split(" v ")]
    title = f"Common adverse events: {arms[0]} v {arms[1]}"
    left = f"; {len(terms) - MOST_TERMS} more are in Table 4" if len(terms) > MOST_TERMS else ""
    among = population_label(protocol, protocol.safety.population)
    caption = (
        f"{among}; terms that at least {100 * COMMON:g}% of an arm had, by their difference{left}. "
        f"Open circle: {arms[1]}; full: {arms[0]}, with which terms right of 0 are more frequent. "
        "Differences of risks with 95% limits by Newcombe's method, not adjusted for multiplicity."
    )
    drawn = terms[:MOST_TERMS]
    says = "; ".join(f"{term.name}: {plain(term.shown)}" for term in drawn)
    wide = _draw(drawn, 860, 250, 230).svg("harms", title, says, "wide-only")
    small = _draw(drawn, 360, 130, 110).svg("harms-small", title, says, "small-only")
    return ReportFigure(
        "harms", "14.3.1.3", title, wide + small, (caption,), says, _table(terms, arms, title)
    )


def common_terms(results: Results, numbers: Numbers, pair: str) -> list[CommonTerm]:
    """Terms with a difference, the largest excess first; terms within classes are left out."""
    name = "any grade risk difference"
    rows = results.select(analysis="safety", statistic=name, comparison=pair)
    classes = {
        term.split(": ")[0]
        for term in results.select(analysis="safety", statistic="any grade patients")["term"]
        if ": " in term
    }
    single = ~pl.col("term").str.contains(": ", literal=True) & (pl.col("term") != "")
    own = rows.filter(single & ~pl.col("term").is_in(list(classes)))
    order = own.sort("value", "term", descending=[True, False], nulls_last=True)["term"]
    experimental, control = pair.split(" v ")
    return [
        CommonTerm(
            term_label(term),
            (_risk(numbers, control, term), _risk(numbers, experimental, term)),
            tuple(numbers.find("safety", name + e, comparison=pair, term=term) for e in _ENDS),  # type: ignore[arg-type]
            numbers.limits("safety", name, comparison=pair, term=term),
        )
        for term in order
    ]


def _risk(numbers: Numbers, arm: str, term: str) -> Number | None:
    return numbers.find("safety", "any grade proportion", group=arm, term=term)


def _draw(terms: list[CommonTerm], width: int, names: int, half: int) -> Picture:
    """Names, then circles of risks, then differences; numbers at the side where there is room."""
    made = Picture(width, _TOP + _ROW * len(terms) + 40, 12 if width < 500 else 12.5)
    most = max((n.value or 0 for t in terms for n in t.risks if n), default=0.1) * 1.08
    ends = [abs(n.value or 0) for t in terms for n in t.difference if n]
    reach = max(ends, default=0.1) * 1.08
    left, middle = names, names + half + 8 + half / 2
    bottom = _TOP + _ROW * len(terms)
    made.text(left, 14, "Risk, %", css="strong")
    made.text(left + half + 8, 14, "Difference, points", css="strong")
    few = 3 if width < 500 else 5
    for percent in round_values(0.0, 100 * most, few):
        _tick(made, left + half * percent / 100 / most, percent)
    for percent in round_values(-100 * reach, 100 * reach, few):
        _tick(made, middle + half / 2 * percent / 100 / reach, percent)
    made.line(left, _TOP - 6, left, bottom)
    made.line(middle, _TOP - 6, middle, bottom, "null")
    for i, term in enumerate(terms):
        y = _TOP + _ROW * i + 8
        made.text(2, y + 4, _fitted(term.name, names), css="small" if width < 500 else "")
        _circles(made, term, left, half / most, y)
        _whisker(made, term, middle, half / 2 / reach, y)
        if width > 500:
            made.text(middle + half / 2 + 14, y + 4, term.shown)
    return made


def _tick(made: Picture, x: float, percent: float) -> None:
    said = f"{percent:g}".replace("-", "\N{MINUS SIGN}")
    made.text(x, 32, said, anchor="middle", css="small")
    made.line(x, _TOP - 10, x, _TOP - 6)


def _fitted(name: str, width: int) -> str:
    most = int(width / 7)
    return name if len(name) <= most else f"{name[: most - 1]}\N{HORIZONTAL ELLIPSIS}"


def _circles(made: Picture, term: CommonTerm, left: float, scale: float, y: float) -> None:
    for number, css in zip(term.risks, ("ring", "dot")):
        if number is not None and number.value is not None:
            with made.link(number, f"{number}%"):
                made.circle(left + scale * number.value, y, 4.5, css)


def _whisker(made: Picture, term: CommonTerm, middle: float, scale: float, y: float) -> None:
    values = [None if n is None else n.value for n in term.difference]
    if None not in values:
        value, low, high = (middle + scale * (v or 0.0) for v in values)
        made.line(low, y, high, y, "whisker")
        made.box(value - 3.5, y - 3.5, 7, 7, "square")


def _table(terms: list[CommonTerm], arms: list[str], title: str) -> Display:
    heads = ((f"{arms[0]}, %",), (f"{arms[1]}, %",), ("Difference, points (95% CI)",))
    lines = []
    for term in terms:
        control, experimental = ((n,) if n else () for n in term.risks)
        lines.append(Line(term.name, (experimental, control, term.shown)))
    return Display("harms-data", "14.3.1.3", f"Data. {title}", heads, tuple(lines))
