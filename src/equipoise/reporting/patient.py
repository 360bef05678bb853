"""A patient's page: the course as a picture, and under it why a value is what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from equipoise.adam.explain.patient import Patient, patient
from equipoise.adam.explain.records import Fields
from equipoise.adam.model import ADaM
from equipoise.adam.time.adtte import outcome
from equipoise.reporting.figures.timeline import GRADES, timeline
from equipoise.reporting.figures.tumor_curve import COLORS
from equipoise.reporting.write import write_text
from equipoise.reporting.writers.templates import rendered, resource
from equipoise.version import __version__

_IMPUTED = {"D": " (day imputed)", "M": " (month and day imputed)"}
_SEX = {"M": "male", "F": "female"}


def patient_page(data: ADaM, endpoint: str, *, subject: str, path: str | Path) -> Path:
    """Write one patient's timeline and explanation as one HTML file that needs no network.

    endpoint, subject : as in `explain`
    Raises   InputError if there is no such endpoint or subject.
    """
    return write_text(Path(path), render_patient(data, patient(data, endpoint, subject=subject)))


def render_patient(data: ADaM, found: Patient) -> str:
    """The page as HTML."""
    content = {
        "style": resource("report.css") + "\n" + resource("patient.css"),
        "data": data,
        "patient": found,
        "picture": timeline(found, last=data.date),
        "verdict": _verdict(found),
        "why": _because(found),
        "facts": _facts(data, found),
        "grades": GRADES,
        "readings": [_told(row) for row in found.readings],
        "version": __version__,
    }
    return rendered("patient.html", content)


def _verdict(found: Patient) -> str:
    if found.outcome is None:
        return found.why.says
    row = found.outcome
    if row["CNSR"] == 0:
        what = outcome(row).lower()
        return f"{found.endpoint.label}: {what} on {row['ADT']:%-d %B %Y}, day {row['AVAL']}"
    when = f"{row['ADT']:%-d %B %Y}, day {row['AVAL']}"
    return f"{found.endpoint.label}: censored on {when}. {outcome(row)}"


def _because(found: Patient) -> str:
    """The first reason under the verdict, with its rule."""
    first = next(iter(found.why.below), None)
    if first is None or not first.says:
        return ""
    if first.place == "ADSL":  # a date that the verdict has said already
        return found.why.rule
    return f"{first.says} [{first.rule}]" if first.rule else first.says


def _facts(data: ADaM, found: Patient) -> list[tuple[str, str]]:
    who = found.who
    arm = data.protocol.arms[who["TRT01P"]].label
    sex = _SEX.get(str(who.get("SEX")), who.get("SEX"))
    person = ", ".join(
        str(p) for p in (f"{who['AGE']:g} years" if who.get("AGE") else "", sex) if p
    )
    facts = [("Arm", arm), ("Patient", person), ("Site", str(who.get("SITEID") or ""))]
    for name, column in (
        ("Randomized", "RANDDT"),
        ("Treated", "TRTSDT"),
        ("Last dose", "TRTEDT"),
        ("Died", "DTHDT"),
        ("Last known alive", "LSTALVDT"),
    ):
        if who.get(column):
            part = _IMPUTED.get(str(who.get(f"{column}F")), "")
            facts.append((name, f"{who[column]:%-d %B %Y}{part}"))
    for n, (key, factor) in enumerate(data.protocol.allocation.strata.items(), start=1):
        facts.append((factor.label or key, _stratum(who, n)))
    return [(name, value) for name, value in facts if value]


def _stratum(who: Fields, n: int) -> str:
    """A subject's level of a factor, and the one it was randomized by if that was another."""
    found, used = who.get(f"STRAT{n}V"), who.get(f"STRAT{n}R")
    if found is None:
        return "not known"
    return str(found) if used == found else f"{found} (randomized as {used})"


def _told(row: Fields) -> dict[str, Any]:
    """A tumor assessment as the table shows it."""
    total, base, nadir = (row.get(c) for c in ("SUM", "BASE", "NADIR"))
    response = row.get("AVALC") or ""
    return {
        "date": f"{row['ADT']:%-d %b %Y}",
        "visit": row.get("VISIT") or ("Baseline" if not response else ""),
        "sum": f"{total:g}" if total is not None else "",
        "change": _percent(total, base) if response else "",
        "rise": _percent(total, nadir),
        "response": response,
        "color": COLORS.get(response, "#66717c"),
        "reason": row.get("REASON") or "",
        "rule": row.get("RULE") or "",
        "records": row["RECORDS"],
    }


def _percent(value: float | None, of: float | None) -> str:
    if value is None or not of:
        return ""
    share = round(100 * (value - of) / of, 1) + 0.0
    return f"{share:+.1f}%".replace("-", "\N{MINUS SIGN}")
