"""One patient's course as a picture: tumors, readings, doses, adverse events, on one time axis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from html import escape

from equipoise.adam.explain.patient import Patient
from equipoise.adam.explain.records import Fields
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.reporting.figures.style import ARMS, CONTROL, FAINT, INK
from equipoise.reporting.figures.tumor_curve import COLORS, Scale, curve

WIDTH, LEFT, RIGHT = 1100, 218, 26
CURVE, LANE, BAR = 250, 34, 15
GRADES = {1: "#f2dfb6", 2: "#ecb96a", 3: "#de8436", 4: "#bb4a1f", 5: "#5c1a10"}
SOFT = "#52606d"
_TICKS = (1, 2, 3, 6, 12, 24)
_MOST_TICKS = 14
_FAR = 1.4  # a cut-off beyond this share of the course stands at the edge, not on the axis


def timeline(patient: Patient, *, last: dt.date | None = None) -> str:
    """The patient's timeline as inline SVG.

    last : the data cut-off, drawn if it is known
    """
    scale = _scale(patient, last)
    parts: list[str] = []
    y = 18.0 + 19 * _flag_rows(patient, scale, last)
    top = y
    if any(r.get("SUM") is not None for r in patient.readings):
        names = ("Sum of diameters", "of target lesions", "mm")
        for k, words in enumerate(names):
            style = "lane" if k == 0 else "term"
            parts.append(text(LEFT - 52, y + 24 + 16 * k, words, style=style, anchor="end"))
        parts += curve(patient, scale, y, CURVE)
        y += CURVE + 16
    for lane in (_responses, _doses, _adverse):
        drawn, height = lane(patient, scale, y)
        parts += drawn
        y += height
    axis = list(_axis(scale, top, y))
    lines, flags = list(_flag_lines(patient, scale, last, y)), list(_flags(patient, scale, last))
    head = (
        f'<svg role="group" aria-label="Timeline of {escape(patient.id)}" class="timeline" '
        f'viewBox="0 0 {WIDTH} {y + 46:.0f}" xmlns="http://www.w3.org/2000/svg">'
    )
    return "\n".join([head, *axis, *lines, *parts, *flags, "</svg>"])


def _scale(patient: Patient, last: dt.date | None) -> Scale:
    days = [patient.origin, *_marks(patient, None).values()]
    days += [r["ADT"] for r in patient.readings] + [d["DAY"] for d in patient.doses]
    days += [e["AENDT"] or e["ASTDT"] for e in patient.events]
    days = [d for d in days if d is not None]
    first = min((d for d in days if (patient.origin - d).days < 60), default=patient.origin)
    end = max(days)
    if last is not None and (last - first) < _FAR * (end - first):
        end = max(end, last)
    pad = max(4, 0.02 * (end - first).days)
    low, high = (first - patient.origin).days - pad, (end - patient.origin).days + 1.5 * pad
    return Scale(patient.origin, low, high, LEFT, WIDTH - RIGHT)


def text(x: float, y: float, words: str, *, style: str = "", anchor: str = "start") -> str:
    """A text element; `style` names its CSS class."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _heading(words: str, y: float) -> Iterator[str]:
    yield text(LEFT - 14, y, words, style="lane", anchor="end")


def _axis(scale: Scale, top: float, bottom: float) -> Iterator[str]:
    """Months from the origin, faint lines behind everything."""
    months = (scale.high - scale.low) / DAYS_PER_MONTH
    step = next((s for s in _TICKS if months / s <= _MOST_TICKS), 36)
    for k in range(0, int(scale.high / DAYS_PER_MONTH) + 1, step):
        x = scale.at_day(k * DAYS_PER_MONTH)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}" stroke="#eceff2"/>'
        yield text(x, bottom + 18, str(k), style="tick", anchor="middle")
    yield (
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{bottom}" y2="{bottom}" '
        f'stroke="{INK}" stroke-width="0.8"/>'
    )
    middle = (LEFT + WIDTH - RIGHT) / 2
    words = f"Months from {scale.origin:%-d %B %Y} (day 1)"
    yield text(middle, bottom + 37, words, style="tick", anchor="middle")


def _marks(patient: Patient, last: dt.date | None) -> dict[str, dt.date]:
    """What a flag says, and its day."""
    found: dict[str, dt.date | None] = {"Randomized": patient.who.get("RANDDT")}
    if patient.therapies:
        found["New anticancer therapy"] = patient.therapies[0]["DATE"]
    found["Death"] = patient.who.get("DTHDT")
    alive = patient.who.get("LSTALVDT")
    if found["Death"] is None:
        found["Last known alive"] = alive
    found["Data cut-off"] = last
    if patient.outcome is not None:
        found[_verdict(patient)] = patient.outcome["ADT"]
        if patient.outcome["STARTDT"] != patient.origin:
            found[f"{patient.outcome['PARAMCD']} counts from here"] = patient.outcome["STARTDT"]
    return {k: v for k, v in found.items() if v is not None}


def _verdict(patient: Patient) -> str:
    assert patient.outcome is not None
    what = "event" if patient.outcome["CNSR"] == 0 else "censored"
    return f"{patient.outcome['PARAMCD']} {what}, day {patient.outcome['AVAL']}"


def _placed(patient: Patient, scale: Scale, last: dt.date | None) -> list[tuple[str, float, int]]:
    """Flags with x and row, so that no two texts meet."""
    rows: list[float] = []
    placed = []
    marks = _marks(patient, last).items()
    beyond = {words for words, day in marks if (day - patient.origin).days > scale.high}
    for words, day in sorted(marks, key=lambda m: (m[0] not in beyond, m[1])):
        if words in beyond:  # on top, so that no line of another flag crosses it
            words += f" {day:%-d %b %Y} \N{RIGHTWARDS ARROW}"
        x, width = scale.at(day), 6.6 * len(words) + 18
        left = x - width if x + width > WIDTH - 4 else x
        row = next((k for k, used in enumerate(rows) if used < left), len(rows))
        rows[row:] = [left + width, *rows[row + 1 :]]
        placed.append((words, x, row))
    return placed


def _flag_rows(patient: Patient, scale: Scale, last: dt.date | None) -> int:
    return 1 + max((row for _, _, row in _placed(patient, scale, last)), default=0)


def _flag_lines(
    patient: Patient, scale: Scale, last: dt.date | None, bottom: float
) -> Iterator[str]:
    for words, x, row in _placed(patient, scale, last):
        own = patient.outcome is not None and words == _verdict(patient)
        color = _flag_color(words, own=own)
        y, dash = 5 + 19 * row, "" if own else ' stroke-dasharray="2 3"'
        width = 2 if own else 1
        yield (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y}" y2="{bottom}" stroke="{color}" '
            f'stroke-width="{width}"{dash} opacity="0.85"/>'
        )


def _flags(patient: Patient, scale: Scale, last: dt.date | None) -> Iterator[str]:
    for words, x, row in _placed(patient, scale, last):
        own = patient.outcome is not None and words == _verdict(patient)
        color, y = _flag_color(words, own=own), 14 + 19 * row
        flip = x + 6.6 * len(words) + 18 > WIDTH - 4
        side, anchor = (-6, "end") if flip else (6, "start")
        yield (
            f'<text x="{x + side:.1f}" y="{y}" fill="{color}" class="flag{" own" if own else ""}" '
            f'text-anchor="{anchor}">{escape(words)}</text>'
        )


def _flag_color(words: str, *, own: bool) -> str:
    if own:
        return ARMS[0]
    return {"Death": "#1f2933", "New anticancer therapy": ARMS[3]}.get(words, CONTROL)


def _responses(patient: Patient, scale: Scale, y: float) -> tuple[list[str], float]:
    """A chip for each reading of the endpoint's reader."""
    chips = []
    for number, row in enumerate(patient.readings, start=1):
        if row.get("AVALC") is None:
            continue
        x, color = scale.at(row["ADT"]), COLORS.get(row["AVALC"], "#66717c")
        short = "non-CR" if row["AVALC"] == "NON-CR/NON-PD" else row["AVALC"]
        told = f"{row['ADT']} {row['VISIT'] or ''}: {row['AVALC']}. {row['REASON'] or ''}"
        chips.append(
            f'<a href="#reading-{number}"><title>{escape(told)}</title><rect x="{x - 13:.1f}" '
            f'y="{y + 5}" width="26" height="19" rx="4" fill="{color}"/><text x="{x:.1f}" '
            f'y="{y + 18.5}" class="chip" text-anchor="middle">{escape(short)}</text></a>'
        )
    if not chips:
        return [], 0
    return [*_heading("Response", y + 19), *chips], LANE + 4


def _followed(patient: Patient, scale: Scale) -> float:
    """Up to where an event without an end is drawn: nothing is known later."""
    known = patient.who.get("DTHDT") or patient.who.get("LSTALVDT")
    return scale.at(known) if known else scale.at_day(scale.high)


def _doses(patient: Patient, scale: Scale, y: float) -> tuple[list[str], float]:
    """A lane for each drug: a dot for a dose, a band for one that lasts; hollow if reduced."""
    drugs = list(dict.fromkeys(d["EXTRT"] for d in patient.doses))
    parts: list[str] = []
    for k, drug in enumerate(drugs):
        mine = [d for d in patient.doses if d["EXTRT"] == drug]
        full = max(float(d["EXDOSE"]) for d in mine)
        parts += _heading(drug if len(drug) < 28 else drug[:27] + "…", y + LANE * k + 19)
        color = ARMS[k % len(ARMS)]
        parts += [_dose(d, full, color, scale, y + LANE * k + 14) for d in mine]
    return parts, LANE * len(drugs) + (6 if drugs else 0)


def _dose(dose: Fields, full: float, color: str, scale: Scale, y: float) -> str:
    reduced = float(dose["EXDOSE"]) < full
    why = f" ({dose['EXADJ']})" if dose["EXADJ"] else ""
    place = f" ({dose['PLACE']})" if dose["PLACE"] else ""
    told = escape(f"{dose['DAY']}: {dose['EXDOSE']:g} {dose['EXDOSU'] or ''}{why}{place}")
    x, end = scale.at(dose["DAY"]), scale.at(dose["END"] or dose["DAY"])
    fill = "#fff" if reduced else color
    look = f'fill="{fill}" stroke="{color}" stroke-width="1.6"><title>{told}</title>'
    if end - x > 8:
        return (
            f'<rect x="{x:.1f}" y="{y - 5}" width="{end - x:.1f}" height="10" rx="2" {look}</rect>'
        )
    return f'<circle cx="{x:.1f}" cy="{y}" r="5.5" {look}</circle>'


def _adverse(patient: Patient, scale: Scale, y: float) -> tuple[list[str], float]:
    """A line for each term, a bar from start to end in the color of its grade."""
    terms = _by_term(patient.events)
    if not terms:
        return [], 0
    parts = [f'<line x1="20" x2="{WIDTH - RIGHT}" y1="{y + 2}" y2="{y + 2}" stroke="{FAINT}"/>']
    y += 8
    for k, (term, events) in enumerate(terms):
        line = y + 19 * k
        shown = term if len(term) < 32 else term[:31] + "…"
        parts.append(text(LEFT - 14, line + 12, shown, style="term", anchor="end"))
        parts += [_bar(event, scale, line, _followed(patient, scale)) for event in events]
    return parts, 19 * len(terms) + 16


def _by_term(events: Sequence[Fields]) -> list[tuple[str, list[Fields]]]:
    """Events of one term together, in the order of their first start."""
    found: dict[str, list[Fields]] = {}
    for event in events:
        found.setdefault(str(event["AEDECOD"]).capitalize(), []).append(event)
    return list(found.items())


def _bar(event: Fields, scale: Scale, y: float, followed: float) -> str:
    x = scale.at(event["ASTDT"])
    end = scale.at(event["AENDT"]) if event["AENDT"] else followed
    grade = event["ATOXGRN"]
    color = GRADES.get(grade or 0, "#dfe4e9")
    serious = ", serious" if event.get("AESER") == "Y" else ""
    until = event["AENDT"] or "not ended"
    told = f"{event['AEDECOD']}, grade {grade or '?'}{serious}: {event['ASTDT']} to {until}"
    told = escape(f"{told} ({event['PLACE']})" if event["PLACE"] else told)
    width = max(end - x, 5)
    edge = ' stroke="#5c1a10" stroke-width="1.4"' if serious else ""
    number = ""
    if width > 13 and grade:
        ink = "#fff" if grade >= 4 else "#5b3a10"
        number = f'<text x="{x + 4:.1f}" y="{y + 11.5}" class="grade" fill="{ink}">{grade}</text>'
    return (
        f'<g><title>{told}</title><rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" '
        f'rx="3" fill="{color}"{edge}/>{number}</g>'
    )
