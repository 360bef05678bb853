"""Short sentences of the human form, and back: parse and format are inverse.

Each sentence stands for a mapping of a part's keys. A mapping that says more than a sentence can
has no short form: its `format_...` returns None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from equipoise.units import parse_duration

LONGEST_SENTENCE: Final = 400  # characters
ANY_TIME: Final = "any time"
AT_CUTOFF: Final = "data cut-off"
"""When a visit is that goes with the looks and not with a patient's own days."""

_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"
_SPAN: Final = rf"{_NUMBER} (?:days?|weeks?|months?|years?)"
_POINT: Final = r"(?:day|week|month) [0-9]+"
_ROUTE: Final = "IV|IM|SC|PO|oral|transdermal|inhaled|topical"

_REGIMEN: Final = re.compile(
    rf"^(?P<drug>.+?) (?P<dose>{_NUMBER} \S+) (?P<route>{_ROUTE})"
    rf"(?: every (?P<every>{_SPAN}))?(?:, (?P<times>[1-9][0-9]*) times)?"
    rf"(?: until (?P<until>[^,]+))?(?:, from (?P<start>{_POINT}))?$"
)
_LOOK: Final = (
    (re.compile(r"^(?P<events>[1-9][0-9]*) (?:events|deaths|responses)$"), "{events} events"),
    (re.compile(r"^(?P<subjects>[1-9][0-9]*) (?:subjects|patients)$"), "{subjects} subjects"),
    (re.compile(rf"^(?P<information>{_NUMBER}%) information$"), "{information} information"),
    (re.compile(r"^with (?P<with>\S.*)$"), "with {with}"),
    (re.compile(rf"^(?P<at>{_SPAN})$"), "{at}"),
)
_LATER_OF: Final = re.compile(r"^the later of (?P<looks>\S.* and \S.*)$")
_VISIT: Final = re.compile(
    rf"^(?:day (?P<day>-?[1-9][0-9]*)|at (?P<at>{_SPAN}|{AT_CUTOFF})"
    rf"|every (?P<every>{_SPAN})(?:, from (?P<start>{_POINT}))?)"
    rf"(?: until (?P<until>[^,:]+))?(?:, within (?P<window>{_SPAN}))?"
    r"(?:: (?P<do>[^,]+(?:, [^,]+)*))?$"
)
_RATIO: Final = rf"{_NUMBER}(?:/{_NUMBER})?"
_HAZARD: Final = (
    re.compile(rf"^(?:median )?(?P<median>{_SPAN})$"),
    re.compile(
        rf"^hazard ratio (?P<ratio>{_RATIO})(?: after (?P<after>{_SPAN}))?"
        rf"(?P<later>(?: until {_SPAN}, then {_RATIO})*)$"
    ),
)
_LATER: Final = re.compile(rf" until (?P<after>{_SPAN}), then (?P<ratio>{_RATIO})")
_DOSE: Final = rf"{_NUMBER} \S+"
_DOSE_RULE: Final = re.compile(
    rf"^(?P<when>[^:]+): (?:(?P<stop>stop)|then (?P<only>{_DOSE})"
    rf"|hold until (?P<hold>[^:,]+?)(?:, then (?P<dose>{_DOSE}))?)$"
)


def parse_regimen(text: str) -> dict[str, Any]:
    """`177Lu-Dotatate 7.4 GBq IV every 8 weeks, 4 times` as the mapping it stands for.

    Raises   ValueError if the sentence follows none of the patterns.
    """
    found = _REGIMEN.match(_flat(text))
    if not found:
        raise ValueError(
            f'"{text}" is no regimen; expected drug, dose with unit, route, interval, '
            'count or end, as in "177Lu-Dotatate 7.4 GBq IV every 8 weeks, 4 times"'
        )
    parts = _said(found)
    if "start" in parts:
        parts["start"] = _span_of(parts["start"])
    return parts


def format_regimen(parts: Mapping[str, Any]) -> str | None:
    """The sentence of a regimen's mapping.

    >>> format_regimen(parse_regimen("octreotide LAR 30 mg IM every 8 weeks, 4 times, from day 2"))
    'octreotide LAR 30 mg IM every 8 weeks, 4 times, from day 2'
    """
    if not {"drug", "dose", "route"} <= set(parts):
        return None
    start = _point_of(parts["start"]) if "start" in parts else ""
    text = f"{parts['drug']} {parts['dose']} {parts['route']}"
    text += f" every {parts['every']}" if "every" in parts else ""
    text += f", {parts['times']} times" if "times" in parts else ""
    text += f" until {parts['until']}" if "until" in parts else ""
    text += f", from {start}" if start else ""
    return _inverse(text, parts, parse_regimen)


def parse_look(text: str) -> dict[str, Any]:
    """`74 events`, `50% information`, `with PFS final`, `end of study`, `36 months` as a mapping.

    >>> parse_look("the later of 74 events and 36 months")
    {'later of': [{'events': '74'}, {'at': '36 months'}]}

    Raises   ValueError if the sentence follows none of the patterns.
    """
    if _flat(text) == "end of study":
        return {"end of study": "yes"}
    if found := _LATER_OF.match(_flat(text)):
        return {"later of": [parse_look(part) for part in found["looks"].split(" and ")]}
    for pattern, _ in _LOOK:
        if found := pattern.match(_flat(text)):
            return _said(found)
    raise ValueError(
        f'"{text}" is no look; expected events, information, another look or a time, '
        "as in 74 events, 50% information, with PFS final, 36 months"
    )


def format_look(parts: Mapping[str, Any]) -> str | None:
    """The sentence of a look's mapping: `{"events": 74}` is `74 events`."""
    if set(parts) == {"end of study"}:
        return _inverse("end of study", parts, parse_look)
    if set(parts) == {"later of"}:
        said = [format_look(part) for part in parts["later of"]]
        text = f"the later of {' and '.join(s or '' for s in said)}"
        return _inverse(text, parts, parse_look) if all(said) else None
    for pattern, shape in _LOOK:
        if set(pattern.groupindex) == set(parts):
            return _inverse(shape.format(**parts), parts, parse_look)
    return None


def parse_visit(text: str) -> dict[str, Any]:
    """`every 12 weeks, from week 12, within 1 week: tumor assessment` as a mapping.

    >>> parse_visit("at data cut-off: survival status")
    {'at': 'data cut-off', 'do': ['survival status']}

    Raises   ValueError if the sentence follows none of the patterns.
    """
    found = _VISIT.match(_flat(text))
    if not found:
        raise ValueError(
            f'"{text}" is no visit; expected a day, a time or an interval, as in "day -7", '
            '"at 6 months" or "every 12 weeks, from week 12, within 1 week: tumor assessment"'
        )
    parts = _said(found)
    if "start" in parts:
        parts["start"] = _span_of(parts["start"])
    if "do" in parts:
        parts["do"] = parts["do"].split(", ")
    return parts


def format_visit(parts: Mapping[str, Any]) -> str | None:
    """The sentence of a visit's mapping."""
    if "day" in parts:
        text = f"day {parts['day']}"
    elif "at" in parts:
        text = f"at {parts['at']}"
    elif "every" in parts:
        text = f"every {parts['every']}"
        text += f", from {_point_of(parts['start'])}" if "start" in parts else ""
    else:
        return None
    text += f" until {parts['until']}" if "until" in parts else ""
    text += f", within {parts['window']}" if "window" in parts else ""
    text += f": {', '.join(parts['do'])}" if "do" in parts else ""
    return _inverse(text, parts, parse_visit)


def parse_hazard(text: str) -> dict[str, Any]:
    """`median 14 months`, `14 months` or `hazard ratio 0.47 after 6 months` as a mapping.

    >>> parse_hazard("hazard ratio 1.3 until 3 months, then 0.5")
    {'hazard ratio': '1.3', 'then': [{'after': '3 months', 'hazard ratio': '0.5'}]}

    Raises   ValueError if the sentence follows none of the patterns.
    """
    for pattern in _HAZARD:
        if found := pattern.match(_flat(text)):
            parts = _said(found)
            return parts if "median" in parts else _ratios(parts)
    raise ValueError(
        f'"{text}" is no time to event; expected a median or a hazard ratio, '
        "as in median 14 months, hazard ratio 0.47, hazard ratio 0.47 after 6 months, "
        "hazard ratio 0.5 until 12 months, then 1"
    )


def _ratios(parts: dict[str, Any]) -> dict[str, Any]:
    """What a sentence says of hazard ratios, as the mapping's keys."""
    later = [
        {"after": found["after"], "hazard ratio": found["ratio"]}
        for found in _LATER.finditer(parts.pop("later"))
    ]
    ratio = {"hazard ratio": parts.pop("ratio")}
    return {**ratio, **parts, "then": later} if later else {**ratio, **parts}


def format_hazard(parts: Mapping[str, Any]) -> str | None:
    """The sentence of a time to event's mapping."""
    if set(parts) == {"median"}:
        return _inverse(f"median {parts['median']}", parts, parse_hazard)
    if "hazard ratio" not in parts:
        return None
    text = f"hazard ratio {_spelled(parts['hazard ratio'])}"
    text += f" after {parts['after']}" if "after" in parts else ""
    for later in parts.get("then", ()):
        text += f" until {later['after']}, then {_spelled(later['hazard ratio'])}"
    return _inverse(text, parts, parse_hazard)


def parse_dose_rule(text: str) -> dict[str, Any]:
    """`platelets grade >= 2: hold until platelets grade <= 1, then 3.7 GBq` as a mapping.

    Raises   ValueError if the sentence follows none of the patterns.
    """
    found = _DOSE_RULE.match(_flat(text))
    if not found:
        raise ValueError(
            f'"{text}" is no dose rule; expected a trigger and what is done, as in '
            '"platelets grade >= 2: hold until platelets grade <= 1, then 3.7 GBq"'
        )
    said = _said(found)
    names = {"hold": "hold until", "dose": "then dose", "only": "then dose"}
    return {names.get(k, k): "yes" if k == "stop" else v for k, v in said.items()}


def format_dose_rule(parts: Mapping[str, Any]) -> str | None:
    """The sentence of a dose rule's mapping."""
    hold, dose = parts.get("hold until"), parts.get("then dose")
    if "when" not in parts:
        return None
    if parts.get("stop"):
        text = f"{parts['when']}: stop"
    elif hold is not None:
        text = f"{parts['when']}: hold until {hold}" + (f", then {dose}" if dose else "")
    else:
        text = f"{parts['when']}: then {dose}"
    return _inverse(text, parts, parse_dose_rule)


def _flat(text: str) -> str:
    """The text on one line, or nothing if it is too long for a sentence."""
    return " ".join(text.split()) if len(text) <= LONGEST_SENTENCE else ""


def _said(found: re.Match[str]) -> dict[str, Any]:
    return {k: v for k, v in found.groupdict().items() if v is not None}


def _inverse(text: str, parts: Mapping[str, Any], parse: Any) -> str | None:
    """The text, if reading it gives the mapping back."""
    try:
        back = parse(text)
    except ValueError:
        return None
    return text if _plain(back) == _plain(parts) else None


def _plain(value: Any) -> Any:
    """Every scalar as text, so that 0.5 and "0.5" are alike."""
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _spelled(value)


def _spelled(value: Any) -> str:
    """A scalar as a person writes it: 1, not 1.0."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _span_of(point: str) -> str:
    """`day 2` is 1 day after the start; `week 32` is 32 weeks after it."""
    unit, number = point.split()
    return str(parse_duration(f"{int(number) - (unit == 'day')} {unit}s"))


def _point_of(span: Any) -> str:
    number, unit = str(span).split()
    word = unit.removesuffix("s")
    return f"{word} {int(number) + (word == 'day')}" if number.isdigit() else f"{number} {word}"
