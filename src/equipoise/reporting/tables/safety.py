"""Adverse events and laboratory toxicity."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from equipoise.analysis.results import Results
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.rounding import capital, count, p_value, percent
from equipoise.reporting.tables.model import Line, Table


def safety_heads(results: Results, numbers: Numbers) -> tuple[str, ...]:
    """Arm labels with the number in the safety population."""
    return tuple(
        f"{escape(arm.label)}<br>(N={numbers.html('safety', 'n', count, group=key)})"
        for key, arm in results.data.protocol.arms.items()
    )


def _share(results: Results, numbers: Numbers, statistic: str, term: str) -> tuple[str, ...]:
    cells = []
    for key in results.data.protocol.arms:
        x = numbers.html("safety", f"{statistic} patients", count, group=key, term=term)
        p = numbers.html("safety", f"{statistic} proportion", percent, group=key, term=term)
        cells.append(f"{x} ({p}%)")
    return tuple(cells)


def overview_table(results: Results, numbers: Numbers) -> Table:
    """Patients with any event, and by kind; Fisher's P against control."""
    protocol = results.data.protocol
    lines = []
    for statistic, term in _kinds(results):
        tests = [
            numbers.html(
                "safety",
                f"{statistic} p",
                p_value,
                term=term,
                comparison=f"{k} v {protocol.control}",
            )
            for k in protocol.experimental
        ]
        name = capital(term.lower()) if term else _KIND.get(statistic, capital(statistic))
        lines.append(Line(name, (*_share(results, numbers, statistic, term), *tests)))
    lines += list(_laboratory(results, numbers))
    heads = tuple(f"P, {escape(protocol.arms[k].label)}" for k in protocol.experimental)
    return Table(
        "safety",
        "Table 3. Patients with treatment-emergent adverse events",
        (*safety_heads(results, numbers), *heads),
        tuple(lines),
        (
            "Denominators are the arm's patients in the safety population; laboratory lines count "
            "patients with a gradable value after baseline. P values by Fisher's exact test.",
        ),
    )


_KIND = {
    "any grade": "Any adverse event",
    "grade 3-4": "Any adverse event of grade 3 or 4",
    "severe": "Any severe adverse event",
    "serious": "Any serious adverse event",
    "related": "Any adverse event related to treatment",
}


def _kinds(results: Results) -> Iterator[tuple[str, str]]:
    rows = results.select(analysis="safety")
    seen = set()
    for statistic, term in rows.select("statistic", "term").iter_rows():
        kind = statistic.removesuffix(" patients")
        wanted = statistic.endswith(" patients") and (not term or kind == "special interest")
        if wanted and (kind, term) not in seen:
            seen.add((kind, term))
            yield kind, term


def _laboratory(results: Results, numbers: Numbers) -> Iterator[Line]:
    protocol = results.data.protocol
    blank = ("",) * len(protocol.experimental)
    for toxicity in protocol.safety.labs:
        name = f"laboratory grade {'-'.join(str(g) for g in toxicity.grades)}"
        if numbers.find("safety", f"{name} n", group=protocol.control, term=toxicity.label):
            cells = (*_share(results, numbers, name, toxicity.label), *blank)
            yield Line(f"{toxicity.label}, {name}", cells)


def terms_table(results: Results, numbers: Numbers) -> Table:
    """By system organ class and preferred term: any grade, and grade 3 or 4 (or severe)."""
    severe = "severe"
    if results.select(analysis="safety", statistic="grade 3-4 patients").height:
        severe = "grade 3-4"
    rows = results.select(analysis="safety", statistic="any grade patients")
    terms = list(dict.fromkeys(t for t in rows["term"] if t))
    classes = [t for t in terms if any(other.startswith(f"{t}: ") for other in terms)]
    lines: list[Line] = []
    for system in classes:
        lines.append(_both(results, numbers, severe, system, capital(system.lower()), 0))
        for term in terms:
            if term.startswith(f"{system}: "):
                name = capital(term.removeprefix(f"{system}: ").lower())
                lines.append(_both(results, numbers, severe, term, name, 1))
    shown = "Grade 3-4" if severe == "grade 3-4" else "Severe"
    heads = [
        f"{escape(arm.label)}<br>{kind}"
        for kind in ("Any grade", shown)
        for arm in results.data.protocol.arms.values()
    ]
    note = "A patient counts once per class and once per term, at the worst grade."
    return Table(
        "terms", "Table 4. Adverse events by class and term", tuple(heads), tuple(lines), (note,)
    )


def _both(
    results: Results, numbers: Numbers, severe: str, term: str, name: str, indent: int
) -> Line:
    cells = _share(results, numbers, "any grade", term) + _share(results, numbers, severe, term)
    return Line(name, cells, indent)
