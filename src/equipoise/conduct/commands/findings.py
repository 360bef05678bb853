"""What the forms of a subject say, as rules ask for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from equipoise.conduct.chart import Chart, Dose, Ended, Result, known_on
from equipoise.conduct.clearance import (
    CLEARANCE_NAMES,
    CLEARANCE_UNIT,
    CREATININE,
    clearance_from,
)
from equipoise.conduct.commands.days import randomized_on, today, told_day
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.form_kinds import told_answer
from equipoise.conduct.forms.ranged import with_ranges
from equipoise.conduct.forms.rows import FormRows
from equipoise.conduct.measures import Column, Declared, Measures
from equipoise.conduct.ranges.holding import (
    NormalLimits,
    Person,
    RangeTable,
    person_of,
    told_range,
    with_limits,
)
from equipoise.conduct.recorded import GIVEN_STATES
from equipoise.conduct.toxicity import Grading, baselines
from equipoise.meaning.forms.model import CaseForm
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol.model import Regimen
from equipoise.units import parse_quantity

UNENTERED: Final = ("empty", "draft")


def answers(desk: CommandDesk, key: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each form of a kind that was entered, with its answers."""
    for form in desk.unit.rows("form", subject=desk.subject["id"], key=key):
        if form["state"] not in UNENTERED:
            yield form, answers_of(desk, form["id"])


def answers_of(desk: CommandDesk, form: str) -> dict[str, Any]:
    """The answers of one form, in their own types."""
    rows = desk.unit.rows("value", form=form)
    return {row["item"]: told_answer(row["kind"], row["value"]) for row in rows}


def baseline_forms(desk: CommandDesk) -> list[str]:
    """The forms that are told once of a subject, the baseline form of a plain protocol."""
    return [key for key, form in desk.forms.items() if "subjects" in form.tables()]


def baseline(desk: CommandDesk) -> dict[str, Any]:
    """The baseline variables; empty where no form of theirs was entered."""
    said: dict[str, Any] = {}
    for key in baseline_forms(desk):
        for _, found in answers(desk, key):
            said |= found
    return said


def rows_of(desk: CommandDesk, table: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each row of a table of the record that a subject's forms make, with its form."""
    organs: dict[str, str] = {}
    for form in desk.unit.rows("form", subject=desk.subject["id"]):
        protocol = desk.protocol_of(form)
        kind = forms_of(protocol).get(form["key"])
        if kind is None or table not in kind.tables() or form["state"] in UNENTERED:
            continue
        made = FormRows(protocol, organs).rows(kind, answers_of(desk, form["id"]), {})
        yield from ((form, row) for name, row in made if name == table)


def ranges_of(desk: CommandDesk) -> RangeTable:
    """The reference ranges of the laboratory of a subject's site."""
    site, unit = desk.subject["site"], desk.unit
    found: RangeTable = unit.once(
        ("ranges", site),
        lambda: RangeTable(map(told_range, unit.rows("range", laboratory=site))),
    )
    return found


def whose(desk: CommandDesk) -> Person:
    """A subject's sex and age, as ranges ask for them."""
    return person_of(
        baseline(desk), consented=told_day(desk.subject["consented"]),
        year_of_birth=desk.subject.get("year_of_birth"),
    )  # fmt: skip


def ranged(
    desk: CommandDesk, form: CaseForm, said: Mapping[str, Any], visit: str | None
) -> tuple[dict[str, Any], dict[str, NormalLimits]]:
    """The answers of one row of a form of a visit, with the limits of the site's laboratory.

    Returns  those too, and by the item of each result the limits that were put in
    """
    table = ranges_of(desk)
    if not table:
        return dict(said), {}
    row = desk.unit.row("visit", visit) if visit else None
    held = told_day(row["held"]) if row else None
    return with_ranges(form, said, table, held=held, who=whose(desk))


def results(desk: CommandDesk) -> list[Result]:
    """Every laboratory value, on the day of its visit, with its limits of normal.

    Those are of the range of the site's laboratory, where one holds, else as they were typed.
    """
    table = ranges_of(desk)
    who = whose(desk) if table else Person()
    held = {
        visit["id"]: told_day(visit["held"])
        for visit in desk.unit.rows("visit", subject=desk.subject["id"])
    }
    found = []
    for form, said in rows_of(desk, "labs"):
        day = held.get(form["visit"])
        if day is not None and said.get("value") is not None:
            said, _ = with_limits(said, table, held=day, who=who)
            limits = {"lower": said.get("lower"), "upper": said.get("upper")}
            found.append(Result(day, said["code"], said["value"], said.get("unit") or "", **limits))
    return found


def chart(desk: CommandDesk, regimen: Regimen) -> Chart:
    """A randomized subject's chart for one drug."""
    told = doses_told(desk, regimen)
    return told._replace(results=_measured(desk), baseline=told_once(desk))


def doses_told(desk: CommandDesk, regimen: Regimen, *, before: int = 0) -> Chart:
    """The same without any finding: when the next dose falls due hangs on no more.

    before : doses that were given by earlier regimens of the drug
    """
    start = randomized_on(desk) or today(desk)
    rows = desk.unit.rows("dose", subject=desk.subject["id"], drug=regimen.drug)
    if before:
        rows.sort(key=lambda one: int(one["seq"]))
        of_given = [n for n, row in enumerate(rows) if row["state"] in GIVEN_STATES]
        rows = rows[of_given[before - 1] + 1 :]
    given = [
        Dose(dt.date.fromisoformat(row["given"]), _in_unit(row, regimen))
        for row in rows
        if row["state"] in GIVEN_STATES
    ]
    return Chart(
        start, given, (), _ended(desk), _left_out(rows, regimen),
        ctcae=desk.protocol.safety.ctcae, treated=treated_on(desk),
    )  # fmt: skip


def treated_on(desk: CommandDesk) -> dt.date | None:
    """The day of a subject's first dose of any drug; None before it."""
    rows = desk.unit.rows("dose", subject=desk.subject["id"])
    given = (told_day(row["given"]) for row in rows if row["state"] in GIVEN_STATES)
    return min((day for day in given if day is not None), default=None)


def grading(desk: CommandDesk) -> Grading:
    """By what the laboratory values of a subject are graded."""
    version, first = desk.protocol.safety.ctcae, treated_on(desk)
    if version is None or first is None:
        return Grading(version)
    return Grading(version, baselines(results(desk), until=first))


def _left_out(rows: list[dict[str, Any]], regimen: Regimen) -> int:
    """How many doses were skipped since the one from which the next is counted."""
    skipped = 0
    for row in rows:
        if row["state"] in GIVEN_STATES and regimen.counted_from == "actual previous":
            skipped = 0
        skipped += row["state"] == "skipped"
    return skipped


def known_today(desk: CommandDesk) -> Measures:
    """What is known of a subject who is screened."""
    ctcae = desk.protocol.safety.ctcae
    whole = Chart(today(desk), (), _measured(desk), ctcae=ctcae, baseline=told_once(desk))
    return known_on(whole, today(desk))


def told_once(desk: CommandDesk) -> Measures:
    """The baseline variables, each in the unit that was answered, or that its question names."""
    value: dict[str, Column] = {}
    unit: dict[str, Declared] = {}
    for key in baseline_forms(desk):
        asked = {item.key: item.units for item in desk.forms[key].items}
        for _, found in answers(desk, key):
            for name, said in found.items():
                if said is not None:
                    value[name.lower()] = np.array([said])
                    named = found.get(f"{name} unit") or next(iter(asked.get(name, ())), "")
                    unit[name.lower()] = Declared(str(named))
    return Measures(value, {}, unit)


def _measured(desk: CommandDesk) -> list[Result]:
    """Every laboratory value, and what follows from it."""
    found = results(desk)
    return [*found, *_clearances(desk, found)]


def _clearances(desk: CommandDesk, found: list[Result]) -> Iterator[Result]:
    """Creatinine clearance on each day with a creatinine, where age, weight and sex are known."""
    body = {name: [said] for name, said in baseline(desk).items() if said is not None}
    for one in found:
        if one.name != CREATININE or one.value is None:
            continue
        cleared = clearance_from(np.array([one.value]), unit=one.unit, body=body)
        if cleared is not None:
            for name in CLEARANCE_NAMES:
                yield Result(one.on, name, float(cleared[0]), CLEARANCE_UNIT)


def _ended(desk: CommandDesk) -> Ended | None:
    died, ended = told_day(desk.subject["died"]), told_day(desk.subject["treatment_ended"])
    if died is not None:
        return Ended(died, "died")
    return None if ended is None else Ended(ended, "treatment ended")


def _in_unit(row: dict[str, Any], regimen: Regimen) -> float:
    """A dose as the rules know it: what was aimed at, where an activity came near it."""
    dose = parse_quantity(f"{row['level'] or row['amount']} {row['unit']}")
    return float(dose.value) if dose.unit == regimen.dose.unit else float("nan")
