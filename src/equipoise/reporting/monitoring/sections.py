"""Sections of a committee's report: page one, then what it rests on, as NINDS and NIA order it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from equipoise.analysis.results import Results
from equipoise.reporting.catalog import displays
from equipoise.reporting.claims import decided
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.labels import lowered, term_label
from equipoise.reporting.model import DASH, Cell, Display, Line, listed, run
from equipoise.reporting.monitoring.bounds import boundary_figure, power_figure
from equipoise.reporting.monitoring.course import course_figure, forecasts_told
from equipoise.reporting.monitoring.scan import Secrets, told_by
from equipoise.reporting.numbers import Numbers

CommitteePart = Cell | Display | ReportFigure


class CommitteeSection(NamedTuple):
    """A heading, facts by name, and what stands below them."""

    key: str
    title: str
    facts: tuple[tuple[str, Cell], ...] = ()
    parts: tuple[CommitteePart, ...] = ()


QUESTIONS = (
    "Is it safe to go on as planned?",
    "Has a boundary been crossed, or is success out of reach?",
    "Should anything be changed: dose, monitoring, eligibility, size, consent?",
)
_ORDER = (
    ("status", "Status and enrollment", ("disposition",)),
    ("baseline", "Baseline", ("baseline",)),
    ("exposure", "Exposure", ("exposure", "dose-changes")),
    ("harms", "Adverse events", ("safety", "harms-overview", "terms")),
    ("serious", "Serious events and deaths", ("serious", "deaths")),
    ("labs", "Laboratory", ("lab-worst", "lab-shift")),
    ("efficacy", "Efficacy with bounds", ("efficacy",)),
)


def hypotheses_shown(results: Results) -> list[tuple[str, str]]:
    """Analysis and label of each hypothesis that the committee is told about."""
    protocol, found = results.data.protocol, []
    for name in protocol.design.hypotheses:
        rows = results.select(analysis=name, statistic="events by then")
        bound = results.select(analysis=name, statistic="information at look")
        if rows.height or bound.height:
            estimand = protocol.estimands.get(name)
            found.append((name, (estimand.label if estimand else "") or name))
    return found


def page_one(results: Results, numbers: Numbers, *, pooled: bool) -> CommitteeSection:
    """On course? Accrual, events, forecasts, data, deaths; where closed, the bounds."""
    facts = [("Patients", _accrual(results, numbers))]
    facts += [
        (label, _at_a_glance(results, numbers, key, pooled=pooled))
        for key, label in hypotheses_shown(results)
    ]
    facts.append(("Data", _currency(results, numbers)))
    for statistic, name in (
        ("died", "Deaths"),
        ("serious event", "Serious adverse events, patients"),
    ):
        facts.append((name, _by_arm(results, numbers, f"{statistic} patients")))
    asked: tuple[CommitteePart, ...] = ((f"For the committee: {' '.join(QUESTIONS)}",),)
    return CommitteeSection("course", "On course?", tuple(facts), asked)


def _at_a_glance(results: Results, numbers: Numbers, key: str, *, pooled: bool) -> Cell:
    """A hypothesis in lines: events, looks to come; where closed, the bound and the power left."""
    lines = [run("Events: ", _events(results, numbers, key))]
    if not pooled:
        lines += _judged(results, numbers, key)
    lines += [run("Next: ", told) for told in forecasts_told(results, numbers, key)]
    first, *others = lines
    return run(first, *(run("\n", line) for line in others))


def _accrual(results: Results, numbers: Numbers) -> Cell:
    planned = results.data.protocol.population.randomize
    now = numbers.cell("safety so far", "randomized patients", group="all")
    rows = results.select(analysis="accrual", statistic="randomized by then").sort("at")
    then: Cell = ()
    if rows.height:
        found = numbers.find("accrual", "planned by then", group="all", at=rows["at"][-1])
        then = run(", ", found, " planned by now") if found else ()
    of = f" of {planned} randomized" if planned else " randomized"
    return run(now, of, then)


def _events(results: Results, numbers: Numbers, key: str) -> Cell:
    rows = results.select(analysis=key, statistic="events by then").sort("at")
    if rows.is_empty():
        return DASH
    at = rows["at"][-1]
    planned = numbers.find(key, "events planned by then", group="all", at=at)
    seen = numbers.cell(key, "events by then", group="all", at=at)
    return run(seen, ", ", planned, " planned by now") if planned else seen


def _currency(results: Results, numbers: Numbers) -> Cell:
    rows = results.select(analysis="sites", statistic="late patients")
    late = sum(1 for value in rows["value"] if value)
    sites = "1 site" if rows.height == 1 else f"{rows.height} sites"
    return (f"{sites}, {late or 'none'} with patients not seen for 90 days; by site below",)


def _by_arm(results: Results, numbers: Numbers, statistic: str) -> Cell:
    total = numbers.find("safety so far", statistic, group="all")
    if total is None:
        return ("the data hold no adverse events",)
    arms = [
        run(f"{arm.label} ", found)
        for key, arm in results.data.protocol.arms.items()
        if (found := numbers.find("safety so far", statistic, group=key))
    ]
    return run(total, run(": ", listed(arms)) if arms else ())


def _judged(results: Results, numbers: Numbers, key: str) -> Iterator[Cell]:
    z = numbers.find(key, "observed z")
    if z is None:
        return
    bound, futility = numbers.find(key, "bound z"), numbers.find(key, "futility bound z")
    parts = [run("Z ", z), run("efficacy bound ", bound)]
    if futility is not None:
        kind = f" ({futility.note})" if futility.note else ""
        parts.append(run("futility bound ", futility, kind))
    verdict = decided(results, numbers, key, whole=True)
    yield run(listed(parts, ", "), f": {verdict}")
    powers = [
        run(f"{name} ", found, "%")
        for under, name in (
            ("trend", "under the trend"),
            ("assumed", "as assumed"),
            ("null", "without an effect"),
        )
        if (found := numbers.find(key, f"conditional power, {under}"))
    ]
    if powers:
        predicted = numbers.find(key, "predictive power")
        end = run("; predictive power ", predicted, "%") if predicted else ()
        yield run("Conditional power ", listed(powers, ", "), end)


def sites_table(results: Results, numbers: Numbers) -> Display:
    """Patients of each site and how old their data are."""
    names = (
        "site patients", "site followed patients", "late patients", "median days since last seen",
    )  # fmt: skip
    sites = results.select(analysis="sites", statistic="site patients")["term"]
    lines = tuple(
        Line(site, tuple(numbers.cell("sites", name, term=site, group="all") for name in names))
        for site in sites
    )
    heads: tuple[Cell, ...] = (
        ("Randomized",), ("Still followed",), ("Not seen for 90 days",),
        ("Days since seen, median",),
    )  # fmt: skip
    return Display("sites", "", "Currency of the data by site", heads, lines)


def pooled_table(results: Results, numbers: Numbers) -> Display:
    """Adverse events by class, all patients together."""
    rows = results.select(analysis="safety so far", statistic="event patients")
    lines = tuple(
        Line(
            term_label(term) if term else "Any adverse event",
            (numbers.cell("safety so far", "event patients", group="all", term=term),),
        )
        for term in rows["term"]
    )
    heads: tuple[Cell, ...] = (("Patients",),)
    return Display("events-pooled", "", "Adverse events after the first dose", heads, lines)


def pooled_baseline(baseline: Display, secrets: Secrets) -> Display:
    """Only the last column, all patients, without characteristics that name a treatment."""
    lines: list[Line] = []
    out = 0
    named = False
    for line in baseline.lines:
        if not line.cells:
            named = bool(told_by(line.label, secrets))
            out += named
        elif told_by(line.label, secrets):
            named = True
            out += 1
        if not named:
            lines.append(Line(line.label, line.cells[-1:], line.indent))
    notes = baseline.notes
    if out:
        notes = (*notes, f"Left out, since they name a treatment: {out} characteristics or levels.")
    kept, among = baseline.heads[-1:], baseline.population
    return Display("baseline", baseline.number, baseline.title, kept, tuple(lines), notes, among)


def closed_sections(results: Results, numbers: Numbers) -> list[CommitteeSection]:
    """Page one, then status, baseline, exposure, harms, laboratory, efficacy with bounds."""
    made, missing = displays(results, numbers)
    found = [page_one(results, numbers, pooled=False), _monitoring(results, numbers)]
    for key, title, wanted in _ORDER:
        parts: list[CommitteePart] = [made[one] for one in wanted if one in made]
        gaps = [gap for gap in missing if gap.key in wanted]
        parts += [(f"{gap.title}: not made, because {gap.why}.",) for gap in gaps]
        if key == "status":
            parts = [*_courses(results, numbers), *parts, sites_table(results, numbers)]
        if parts:
            found.append(CommitteeSection(key, title, (), tuple(parts)))
    return found


def open_sections(results: Results, numbers: Numbers, secrets: Secrets) -> list[CommitteeSection]:
    """Page one, enrollment, baseline of all, adverse events of all; no number of an arm."""
    made, _ = displays(results, numbers)
    parts = [*_courses(results, numbers), sites_table(results, numbers)]
    found = [
        page_one(results, numbers, pooled=True),
        CommitteeSection("status", "Status and enrollment", (), tuple(parts)),
    ]
    if "baseline" in made:
        table = pooled_baseline(made["baseline"], secrets)
        found.append(CommitteeSection("baseline", "Baseline, all patients", (), (table,)))
    events = pooled_table(results, numbers)
    told: CommitteePart = events if events.lines else ("The data hold no adverse events.",)
    found.append(CommitteeSection("harms", "Adverse events, all patients", (), (told,)))
    return found


def _courses(results: Results, numbers: Numbers) -> list[CommitteePart]:
    made = [
        course_figure(
            results, numbers, "accrual", "randomized by then", "planned by then",
            "Accrual against plan",
        )
    ]  # fmt: skip
    for key, label in hypotheses_shown(results):
        title = f"Events against plan: {label}"
        made.append(
            course_figure(results, numbers, key, "events by then", "events planned by then", title)
        )
    return [one for one in made if one is not None]


def _monitoring(results: Results, numbers: Numbers) -> CommitteeSection:
    parts: list[CommitteePart] = []
    for key, label in hypotheses_shown(results):
        one = boundary_figure(results, numbers, key, f"Looks against the bounds: {label}")
        two = power_figure(results, numbers, key, f"Power that is left: {lowered(label)}")
        parts += [figure for figure in (one, two) if figure is not None]
    if not parts:
        parts = [("No boundary can be worked out at this look.",)]
    return CommitteeSection("bounds", "Bounds and power", (), tuple(parts))
