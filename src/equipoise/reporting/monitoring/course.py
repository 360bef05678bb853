"""What was seen by the calendar beside what was planned, with the forecast of each look."""

from __future__ import annotations

from equipoise.analysis.results import Results
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.reporting.figures.axes import Axes, PlotPoint, pictured, value_of
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import NO_CELL, Cell, Display, Line, Number, plain, run
from equipoise.reporting.numbers import Numbers


def course_figure(
    results: Results, numbers: Numbers, analysis: str, seen: str, planned: str, title: str
) -> ReportFigure | None:
    """What was seen by each month beside what was planned, with the forecast of each look.

    seen, planned : the statistics that are drawn; None where nothing was counted
    """
    found = _timed(results, analysis, seen)
    if not found:
        return None
    plan = _timed(results, analysis, planned)
    looks = _forecasts(results, numbers, analysis)
    key = f"{analysis}-course".lower().replace(" ", "-")
    upward = "Patients" if analysis == "accrual" else "Events"
    says = _course_says(numbers, analysis, seen, planned, found[-1][0])

    def draw(width: float) -> Picture:
        made = Picture(width, 330, 13 if width > 500 else 12)
        ends = [look.latest for look in looks]
        last = 1.03 * max([found[-1][0], *(p[0] for p in plan), *ends]) / DAYS_PER_MONTH
        most = max([p[1] for p in (*found, *plan)] + [look.asked for look in looks]) * 1.06
        axes = Axes(made, 0.0, last, 0.0, most, "Months since the first randomization", upward)
        axes.frame()
        axes.path([_monthly(p) for p in plan], "planned")
        axes.path([_monthly(p) for p in found], "seen")
        for look in looks:
            look.draw(axes)
        return made

    caption = _course_caption(numbers, analysis, seen, planned, found[-1][0], looks)
    return pictured(
        key,
        title,
        draw,
        caption,
        says,
        _course_table(results, numbers, analysis, seen, planned, title),
    )


class _Coming:
    """A look to come: how many events it waits for, and when they are forecast."""

    def __init__(self, numbers: Numbers, analysis: str, look: str) -> None:
        def of(statistic: str, method: str = "forecast") -> Number | None:
            return numbers.find(analysis, statistic, method=method, term=look)

        self.look = look
        self.day = of("forecast date")
        self.early = of("forecast date lower limit")
        self.late = of("forecast date upper limit")
        self.count = of("events asked for")
        self.planned = of("planned date", "as planned")

    @property
    def asked(self) -> float:
        return value_of(self.count) or 0.0

    @property
    def latest(self) -> float:
        return max(value_of(n) or 0.0 for n in (self.day, self.early, self.late, self.planned))

    def draw(self, axes: Axes) -> None:
        """A square at the forecast, a whisker for its interval, a ring at the planned day."""
        early, late = (value_of(n) for n in (self.early, self.late))
        y, end = axes.y(self.asked), axes.x1 * DAYS_PER_MONTH
        if early is not None:
            x1 = axes.x(early / DAYS_PER_MONTH)
            x2 = axes.x((end if late is None else late) / DAYS_PER_MONTH)
            axes.made.line(x1, y, x2, y, "whisker")
        if (planned := value_of(self.planned)) is not None:
            axes.made.circle(axes.x(planned / DAYS_PER_MONTH), y, 4.5, "planned-dot")
        if (day := value_of(self.day)) is not None:
            x = axes.x(day / DAYS_PER_MONTH)
            axes.made.box(x - 4, y - 4, 8, 8, "forecast")

    def told(self) -> Cell:
        """`final, 280 events: 2022-03-23 (2022-01-19 to 2022-06-30)`."""
        limits = run(" (", self.early, " to ", self.late, ")") if self.early else ()
        planned = run("; planned ", self.planned) if value_of(self.planned) is not None else ()
        return run(f"{self.look}, ", self.count, " events: ", self.day, limits, planned)


def _forecasts(results: Results, numbers: Numbers, analysis: str) -> list[_Coming]:
    rows = results.select(analysis=analysis, statistic="forecast date")
    return [_Coming(numbers, analysis, look) for look in rows["term"]]


def forecasts_told(results: Results, numbers: Numbers, analysis: str) -> list[Cell]:
    """Each look to come in a line."""
    return [look.told() for look in _forecasts(results, numbers, analysis)]


def _timed(results: Results, analysis: str, statistic: str) -> list[PlotPoint]:
    rows = results.select(analysis=analysis, statistic=statistic).sort("at")
    return [(float(at), float(v)) for at, v in rows.select("at", "value").iter_rows()]


def _monthly(point: PlotPoint) -> PlotPoint:
    return point[0] / DAYS_PER_MONTH, point[1]


def _now(numbers: Numbers, analysis: str, seen: str, planned: str, at: float) -> Cell:
    """`210 by the cut-off, 195 planned by then`."""
    first = numbers.find(analysis, seen, group="all", at=at)
    second = numbers.find(analysis, planned, group="all", at=at)
    return run(first, " by the cut-off", run(", ", second, " planned by then") if second else ())


def _course_says(numbers: Numbers, analysis: str, seen: str, planned: str, at: float) -> str:
    return plain(_now(numbers, analysis, seen, planned, at))


def _course_caption(
    numbers: Numbers, analysis: str, seen: str, planned: str, at: float, looks: list[_Coming]
) -> Cell:
    told = _now(numbers, analysis, seen, planned, at)
    means = ". Solid: seen; dashed: planned."
    if looks:
        means += " Square: forecast of a look with its 95% prediction interval; ring: as planned."
    lines = [run(" Next: ", look.told(), ".") for look in looks]
    return run(told, means, *lines)


def _course_table(
    results: Results, numbers: Numbers, analysis: str, seen: str, planned: str, title: str
) -> Display:
    lines = []
    days = sorted({p[0] for s in (seen, planned) for p in _timed(results, analysis, s)})
    for at in days:
        cells = (numbers.find(analysis, s, group="all", at=at) for s in (seen, planned))
        shown = tuple((one,) if one else NO_CELL for one in cells)
        lines.append(Line(f"{at / DAYS_PER_MONTH:.1f} months", shown))
    heads: tuple[Cell, ...] = (("Seen",), ("Planned",))
    key = f"{analysis}-course-data".lower().replace(" ", "-")
    return Display(key, "", f"By month: {title}", heads, tuple(lines))
