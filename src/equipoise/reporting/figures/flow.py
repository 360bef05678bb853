"""The CONSORT flow diagram, its counts from rows that must add up."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analysis.results import Results
from equipoise.errors import InputError
from equipoise.reporting.figures.drawing import Picture, width_of, wrapped
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.labels import population_label, term_label
from equipoise.reporting.model import Cell, Number, plain, run
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.tables.disposition import disposition_table
from equipoise.reporting.tables.subgroups import primary
from equipoise.reporting.words import capital

WIDE, PHONE = 860.0, 360.0
LEAD = 18.0
_SIDE = 10.0
Lines = list[tuple[int, str, Number | None]]
"""Indent, words, and the number after them."""


def flow_figure(results: Results, numbers: Numbers) -> ReportFigure:
    """Enrollment, allocation, follow-up, analysis; one column per arm.

    Raises   InputError that names the counts which do not add up.
    Source   CONSORT 2025, flow diagram.
    """
    wrong = list(not_adding_up(results))
    if wrong:
        raise InputError("the flow of patients does not add up: " + "; ".join(wrong))
    plot = _Flow(results, numbers)
    title = "Flow of patients"
    says = plot.says()
    wide = plot.wide().svg("flow", title, says, "wide-only")
    small = plot.small().svg("flow-small", title, says, "small-only")
    known = results.select(analysis="flow", statistic="assessed for eligibility", term="").height
    note = "" if known else " The data hold nobody who was screened and not randomized."
    caption = f"Enrollment, allocation, follow-up and analysis, after CONSORT 2025.{note}"
    table = disposition_table(results, numbers)
    return ReportFigure("flow", "14.1.1", title, wide + small, (caption,), says, table)


def not_adding_up(results: Results) -> Iterator[str]:
    """Each sum of the diagram that is not the sum of its parts."""

    def n(statistic: str, group: str = "all", term: str = "") -> float:
        where = {"analysis": "flow", "statistic": statistic, "group": group, "term": term}
        found = results.select(**where)["value"].to_list()
        return float(found[0] or 0) if found else 0.0

    def reasons(statistic: str, group: str = "all") -> float:
        rows = results.select(analysis="flow", statistic=statistic, group=group)
        return float(rows.filter(rows["term"] != "")["value"].sum())

    arms = list(results.data.protocol.arms)
    assessed = n("assessed for eligibility")
    sums = [("randomized", n("randomized"), sum(n("randomized", arm) for arm in arms))]
    if assessed:
        sums.append(("assessed", assessed, n("randomized") + n("not randomized")))
        sums.append(("not randomized", n("not randomized"), reasons("not randomized")))
    for arm in arms:
        stages = ("completed the study", "left the study", "in the study at the cut-off")
        of = n("randomized", arm)
        sums.append((f"{arm}: treated or not", of, n("treated", arm) + n("not treated", arm)))
        sums.append((f"{arm}: completed, left or in it", of, sum(n(s, arm) for s in stages)))
        for statistic in ("left the study", "discontinued the intervention"):
            whole = n(statistic, arm)
            sums.append((f"{arm}: {statistic}", whole, reasons(statistic, arm)))
    yield from (f"{name}: {a:g} and {b:g}" for name, a, b in sums if a != b)


class _Flow:
    """The boxes of the diagram."""

    def __init__(self, results: Results, numbers: Numbers) -> None:
        self.results, self.numbers = results, numbers
        self.protocol = results.data.protocol

    def number(self, statistic: str, group: str = "all", term: str = "") -> Number | None:
        return self.numbers.find("flow", statistic, group=group, term=term)

    def reasons(self, statistic: str, group: str = "all") -> Lines:
        rows = self.results.select(analysis="flow", statistic=statistic, group=group)
        return [
            (1, capital(term_label(term)), self.number(statistic, group, term))
            for term in rows["term"]
            if term
        ]

    def top(self) -> list[Lines]:
        """Assessed and excluded where the data know them, then randomized."""
        assessed = self.number("assessed for eligibility")
        found: list[Lines] = []
        if assessed:
            excluded = self.number("not randomized")
            found.append([(0, "Assessed for eligibility", assessed)])
            found.append([(0, "Not randomized", excluded), *self.reasons("not randomized")])
        return [*found, [(0, "Randomized", self.number("randomized"))]]

    def column(self, arm: str) -> list[Lines]:
        """Allocation, follow-up and analysis of one arm."""
        allocated: Lines = [
            (0, f"Allocated to {self.protocol.arms[arm].label}", self.number("randomized", arm)),
            (1, "Received it", self.number("treated", arm)),
            (1, "Did not receive it", self.number("not treated", arm)),
        ]
        followed: Lines = []
        for statistic in ("discontinued the intervention", "left the study"):
            found = self.number(statistic, arm)
            if found:
                followed += [(0, capital(statistic), found), *self.reasons(statistic, arm)]
        lost = self.number("lost to follow-up", arm)
        if lost and not self.number("left the study", arm, "LOST TO FOLLOW-UP"):
            followed.append((0, "Lost to follow-up", lost))
        followed.append((0, "Completed the study", self.number("completed the study", arm)))
        going = self.number("in the study at the cut-off", arm)
        if going and going.value:
            followed.append((0, "In the study at the cut-off", going))
        return [allocated, followed, self._analyzed(arm)]

    def _analyzed(self, arm: str) -> Lines:
        key = primary(self.results)
        name = self.protocol.estimands[key].population
        found: Lines = [
            (0, "Analyzed for the primary outcome", self.numbers.find(key, "n", group=arm)),
            (1, "Excluded from it", self.number("not analyzed", arm, name)),
        ]
        for other in self.protocol.populations:
            label = population_label(self.protocol, other)
            found.append((1, label, self.number("analyzed", arm, other)))
        return found

    def says(self) -> str:
        total = self.number("randomized")
        arms = [
            f"{plain(run(self.number('randomized', k)))} to {arm.label}"
            for k, arm in self.protocol.arms.items()
        ]
        return f"{total or 0} patients randomized: {', '.join(arms)}."

    def wide(self) -> Picture:
        made = Picture(WIDE, 0, 12.5)
        center, y = WIDE / 2, 4.0
        *before, last = self.top()
        if before:
            height = _box(made, center - 130, y, 260, before[0])
            aside = y + height + 14
            right = _box(made, center + 40, aside, WIDE / 2 - 44, before[1])
            below = aside + right + 14
            made.path(f"M{center} {y + height}V{below}", "arrow")
            made.path(f"M{center} {aside + 14}H{center + 40}", "arrow")
            y = below
        height = _box(made, center - 130, y, 260, last)
        made.height = self._columns(made, y + height) + 4
        return made

    def _columns(self, made: Picture, y: float) -> float:
        arms = list(self.protocol.arms)
        width = WIDE / len(arms)
        columns = [self.column(arm) for arm in arms]
        centers = [width * (i + 0.5) for i in range(len(arms))]
        made.path(f"M{WIDE / 2} {y}v12M{centers[0]} {y + 12}H{centers[-1]}", "axis")
        y += 12
        for stage in range(3):
            heights = []
            for center, column in zip(centers, columns):
                made.path(f"M{center} {y}v16", "arrow")
                made.path(f"M{center - 4} {y + 11}l4 5l4 -5", "axis")
                left = center - width / 2 + 4
                heights.append(_box(made, left, y + 16, width - 8, column[stage]))
            tallest = max(heights)
            for center, height in zip(centers, heights):
                if stage < 2:
                    made.path(f"M{center} {y + 16 + height}V{y + 16 + tallest}", "axis")
            y += 16 + tallest
        return y

    def small(self) -> Picture:
        """One box under the other, arm by arm."""
        made = Picture(PHONE, 0, 12)
        y = 4.0
        boxes = [*self.top(), *(box for arm in self.protocol.arms for box in self.column(arm))]
        for lines in boxes:
            y += _box(made, 2, y, PHONE - 4, lines) + 10
        made.height = y
        return made


def _box(made: Picture, x: float, y: float, width: float, lines: Lines) -> float:
    """A box that fits its text; returns its height."""
    at, texts = y + 6, []
    for indent, words, number in lines:
        left = x + _SIDE + 14 * indent
        end: Cell = run(" (n = ", number, ")") if number else ()
        room = x + width - left - _SIDE
        parts = wrapped(words, room - width_of(plain(end), made.size), made.size)
        for k, part in enumerate(parts):
            at += LEAD
            last = k + 1 == len(parts)
            texts.append((left, at - 4, run(part, end) if last else (part,), indent))
    made.box(x, y, width, at + 4 - y)
    for left, base, cell, indent in texts:
        made.text(left, base, cell, css="" if indent else "strong")
    return at + 4 - y
