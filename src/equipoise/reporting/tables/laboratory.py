"""Laboratory: worst grade on treatment of each test, and shifts from the grade at baseline."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analysis.results import Results
from equipoise.analysis.safety.shifts import LAB_GRADES, LABS, MISSING_GRADE
from equipoise.reporting.labels import population_label
from equipoise.reporting.model import Cell, Display, Line, run
from equipoise.reporting.numbers import Numbers


def tests_of(results: Results) -> list[str]:
    """The graded tests, as "Platelets, low"."""
    terms = results.select(analysis=LABS, statistic="n")["term"]
    return terms.unique(maintain_order=True).to_list()


def worst_grade_table(results: Results, numbers: Numbers) -> Display:
    """Patients by worst grade on treatment; the denominators stand above them."""
    arms, lines = results.data.protocol.arms, []
    for test in tests_of(results):
        lines.append(Line(test))
        n = tuple(numbers.cell(LABS, "n", group=arm, term=test) for arm in arms)
        lines.append(Line("Patients with a graded value", n, 1))
        for grade in LAB_GRADES:
            term = f"{test}: {grade}"
            cells = tuple(
                numbers.share(LABS, "graded patients", "graded proportion", group=arm, term=term)
                for arm in arms
            )
            lines.append(Line(f"Grade {grade}", cells, 1))
    heads = tuple((arm.label,) for arm in arms.values())
    return Display(
        "lab-worst", "14.3.4.1", "Worst laboratory grade on treatment", heads, tuple(lines),
        ("Percentages are of patients with a graded value after baseline.",), _among(results),
    )  # fmt: skip


def shift_table(results: Results, numbers: Numbers) -> Display:
    """From the grade at baseline, down, to the worst grade on treatment, across."""
    lines = [line for test in tests_of(results) for line in _shifts(results, numbers, test)]
    heads: tuple[Cell, ...] = (*((f"Grade {grade}",) for grade in LAB_GRADES), ("Patients",))
    return Display(
        "lab-shift", "14.3.4.2", "Shift of laboratory grades from baseline to the worst", heads,
        tuple(lines), ("Down: grade at baseline; across: worst grade on treatment.",),
        _among(results),
    )  # fmt: skip


def _shifts(results: Results, numbers: Numbers, test: str) -> Iterator[Line]:
    for key, arm in results.data.protocol.arms.items():
        total = numbers.find(LABS, "n", group=key, term=test)
        if total is None or not total.value:
            continue
        yield Line(f"{test}; {arm.label}")
        for base in (*map(str, LAB_GRADES), MISSING_GRADE):
            found = [
                numbers.find(LABS, "shifted patients", group=key, term=f"{test}: {base} to {g}")
                for g in LAB_GRADES
            ]
            if any(found):
                cells = tuple((one,) if one else ("0",) for one in found)
                name = "Baseline missing" if base == MISSING_GRADE else f"Baseline grade {base}"
                yield Line(name, (*cells, ("",)), 1)
        yield Line("All", (*(("",) for _ in LAB_GRADES), run(total)), 1)


def _among(results: Results) -> str:
    protocol = results.data.protocol
    return population_label(protocol, protocol.safety.population)
