"""Adverse events and laboratory toxicity."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.analysis.results import Results
from equipoise.reporting.labels import population_label, term_label
from equipoise.reporting.model import NO_CELL, Cell, Display, Line, run
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.words import capital

_KINDS = {
    "any grade": "Any adverse event",
    "grade 3-4": "Any adverse event of grade 3 or 4",
    "grade 3 or higher": "Any adverse event of grade 3 or higher",
    "severe": "Any severe adverse event",
    "severe or worse": "Any severe, life-threatening or fatal adverse event",
    "serious": "Any serious adverse event",
    "related": "Any adverse event related to treatment",
    "leading to stop": "Any adverse event leading to stop of treatment",
    "fatal": "Any fatal adverse event",
}


def safety_heads(results: Results, numbers: Numbers, more: str = "") -> tuple[Cell, ...]:
    """Arm labels with the number in the safety population."""
    return tuple(
        run(f"{arm.label}\n", f"{more}\n" if more else "",
            "(N=", numbers.cell("safety", "n", group=key), ")")
        for key, arm in results.data.protocol.arms.items()
    )  # fmt: skip


def _share(results: Results, numbers: Numbers, statistic: str, term: str) -> tuple[Cell, ...]:
    return tuple(
        numbers.share(
            "safety", f"{statistic} patients", f"{statistic} proportion", group=key, term=term
        )
        for key in results.data.protocol.arms
    )


def _where(results: Results) -> str:
    protocol = results.data.protocol
    return population_label(protocol, protocol.safety.population)


def overview_table(results: Results, numbers: Numbers) -> Display:
    """Patients with any event, and by kind; Fisher's P against control where a style gives it."""
    protocol = results.data.protocol
    tested = numbers.words.style.name != "nejm"
    lines = []
    for statistic, term in _kinds(results):
        compared = _against_control(results, numbers, statistic, term, tested=tested)
        name = f"{term_label(term)}, coded" if term else _KINDS.get(statistic, capital(statistic))
        lines.append(Line(name, (*_share(results, numbers, statistic, term), *compared)))
    lines += list(_laboratory(results, numbers, len(protocol.experimental) * (1 + tested)))
    heads: list[Cell] = []
    for k in protocol.experimental:
        who = f"{protocol.arms[k].label} v {protocol.arms[protocol.control].label}"
        heads.append((f"Difference, points (95% CI): {who}",))
        heads += [(f"P, {who}",)] if tested else []
    note = (
        "Denominators are the arm's patients in the safety population; laboratory lines count "
        "patients with a gradable value after baseline, n of them. Limits by Newcombe's method."
    )
    fisher = " P values are nominal, by Fisher's exact test." if tested else ""
    return Display(
        "safety",
        "14.3.1.1",
        "Patients with treatment-emergent adverse events",
        (*safety_heads(results, numbers), *heads),
        tuple(lines),
        (note + fisher,),
        population=_where(results),
        name="Table 3",
    )


def _against_control(
    results: Results, numbers: Numbers, statistic: str, term: str, *, tested: bool
) -> tuple[Cell, ...]:
    """Each experimental arm's difference of risks, and its P value where a style gives it."""
    found: list[Cell] = []
    for k in results.data.protocol.experimental:
        where = {"term": term, "comparison": f"{k} v {results.data.protocol.control}"}
        found.append(numbers.limits("safety", f"{statistic} risk difference", **where))
        found += [numbers.cell("safety", f"{statistic} p", **where)] if tested else []
    return tuple(found)


def _kinds(results: Results) -> Iterator[tuple[str, str]]:
    rows = results.select(analysis="safety")
    seen = set()
    for statistic, term in rows.select("statistic", "term").iter_rows():
        kind = statistic.removesuffix(" patients")
        wanted = statistic.endswith(" patients") and (not term or kind == "special interest")
        if wanted and (kind, term) not in seen:
            seen.add((kind, term))
            yield kind, term


def _laboratory(results: Results, numbers: Numbers, tests: int) -> Iterator[Line]:
    """Each with its own denominators, since not everybody has a value."""
    protocol = results.data.protocol
    for toxicity in protocol.safety.labs:
        name = f"laboratory grade {'-'.join(str(g) for g in toxicity.grades)}"
        if not numbers.find("safety", f"{name} n", group=protocol.control, term=toxicity.label):
            continue
        cells = []
        for key, cell in zip(protocol.arms, _share(results, numbers, name, toxicity.label)):
            n = numbers.cell("safety", f"{name} n", group=key, term=toxicity.label)
            cells.append(run(cell, "; n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}", n))
        grades = " or ".join(str(g) for g in toxicity.grades)
        label = f"{toxicity.label} of grade {grades}, by laboratory value"
        yield Line(label, (*cells, *((NO_CELL,) * tests)))


def terms_table(results: Results, numbers: Numbers) -> Display:
    """By system organ class and preferred term: any grade, grade 3 or higher, fatal if any was."""
    kinds = _columns(results)
    lines: list[Line] = []
    for system, terms in _classes(results):
        for term in (system, *terms):
            name = term_label(term.removeprefix(f"{system}: "))
            cells = [c for kind in kinds for c in _of_kind(results, numbers, kind, term)]
            lines.append(Line(name, tuple(cells), 1 if term in terms else 0))
    heads = [h for kind in kinds for h in safety_heads(results, numbers, _HEADS[kind])]
    return Display(
        "terms",
        "14.3.1.2",
        "Adverse events by class and term",
        tuple(heads),
        tuple(lines),
        ("A patient counts once per class and once per term, at the worst grade.",),
        population=_where(results),
        name="Table 4",
    )


_HEADS = {
    "any grade": "Any grade",
    "grade 3 or higher": "Grade 3 or higher",
    "severe or worse": "Severe or worse",
    "grade 5": "Fatal",
}


def _columns(results: Results) -> list[str]:
    seen = set(results.select(analysis="safety")["statistic"])
    return [kind for kind in _HEADS if f"{kind} patients" in seen]


def _of_kind(results: Results, numbers: Numbers, kind: str, term: str) -> tuple[Cell, ...]:
    if kind == "grade 5" and not _anybody(numbers, kind, term):
        return (("0",),) * len(results.data.protocol.arms)
    return _share(results, numbers, kind, term)


def _anybody(numbers: Numbers, kind: str, term: str) -> bool:
    control = numbers.results.data.protocol.control
    return numbers.find("safety", f"{kind} patients", group=control, term=term) is not None


def _classes(results: Results) -> Iterator[tuple[str, list[str]]]:
    """Classes by how many experimental patients have them, and so their terms."""
    protocol = results.data.protocol
    rows = results.select(analysis="safety", statistic="any grade patients")
    arms = protocol.experimental
    counted = rows.filter(pl.col("group").is_in(arms) & (pl.col("term") != ""))
    size = dict(counted.group_by("term").agg(pl.col("value").sum()).iter_rows())
    order = sorted(size, key=lambda term: (-size[term], term))
    classes = {term.split(": ")[0] for term in order if ": " in term}
    for system in order:
        if system in classes:
            yield system, [term for term in order if term.startswith(f"{system}: ")]
