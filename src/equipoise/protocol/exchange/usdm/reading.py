"""The structured part of a USDM 4.0 document as a protocol to complete."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import StringIO
from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML

from equipoise.errors import Finding, InputError
from equipoise.protocol.exchange.usdm import codes
from equipoise.protocol.exchange.usdm.eligibility import eligibility, plain_text
from equipoise.protocol.exchange.usdm.writing import EXTENSION
from equipoise.protocol.language.activities import activity_named
from equipoise.protocol.language.wording import AT_CUTOFF

_ISO: Final = re.compile(r"^P([0-9]+(?:\.[0-9]+)?)([DWMY])$")
_UNIT: Final = {"D": "days", "W": "weeks", "M": "months", "Y": "years"}


Examine = Callable[..., tuple[Any, tuple[Finding, ...]]]


class Imported(NamedTuple):
    """A protocol file begun.

    text : the YAML
    missing : what must be added before it can be read, and what USDM did not say
    """

    text: str
    missing: tuple[str, ...]


def from_usdm(document: dict[str, Any], examine: Examine) -> Imported:
    """Bring the structured part of a USDM document back, and list what must be added.

    examine : finds what a protocol's text lacks
    Raises   InputError if the document has no interventional study design.
    """
    version, design = _parts(document)
    draft: dict[str, Any] = _extension(design)
    whole = bool(draft)
    found = _structured(version, design, whole=whole)
    for section in ("arms", "epochs", "visits") if whole else ():
        found[section] = {k: v for k, v in found[section].items() if k in draft[section]}
    _merge(draft, found)
    text = _yaml(draft)
    _, findings = examine(text, file="protocol.yaml")
    missing = [
        f"{f.message.rstrip('.')}. {f.expected}".strip() for f in findings if f.severity == "error"
    ]
    if not whole:
        missing = [*_unsaid(design), *missing]
    return Imported(_headed(text, missing), tuple(missing))


def _parts(document: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        version = document["study"]["versions"][0]
        designs = version["studyDesigns"]
        found = [d for d in designs if d["instanceType"] == "InterventionalStudyDesign"]
        return version, found[0]
    except (KeyError, IndexError, TypeError):
        raise InputError(
            "this is no USDM document with an interventional study design; "
            "expected study.versions[0].studyDesigns[0]"
        ) from None


def _extension(design: dict[str, Any]) -> dict[str, Any]:
    for attribute in design.get("extensionAttributes") or []:
        if attribute.get("url") == EXTENSION:
            body: dict[str, Any] = json.loads(attribute["valueString"])
            return body
    return {}


def _merge(draft: dict[str, Any], found: dict[str, Any]) -> None:
    """What stands in USDM's own fields wins over the extension."""
    for key, value in found.items():
        if isinstance(value, dict) and isinstance(draft.get(key), dict):
            _merge(draft[key], value)
        else:
            draft[key] = value


def _structured(version: dict[str, Any], design: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    found = {
        "equipoise": "1",
        "trial": _trial(version, design),
        "population": _population(version, design, whole=whole),
        "arms": _arms(design, whole=whole),
        "epochs": _labels(design["epochs"], whole=whole),
    }
    if whole:
        found["visits"] = {e["name"]: {"label": e["label"]} for e in design["encounters"]}
        return found
    found["visits"] = _visits(design)
    found["populations"] = {
        _key(p): {"label": p["text"], "who": "randomized"} for p in design["analysisPopulations"]
    }
    return found


def _labels(objects: list[dict[str, Any]], *, whole: bool) -> dict[str, Any]:
    if whole:
        return {o["name"]: {"label": o["label"]} for o in objects}
    return {_key(o): {"label": plain_text(o.get("label") or o["name"])} for o in objects}


def _key(named: dict[str, Any]) -> str:
    """A short key out of a name."""
    return " ".join(re.sub(r"[^\w /-]", " ", str(named["name"])).lower().split())


def _trial(version: dict[str, Any], design: dict[str, Any]) -> dict[str, Any]:
    titles = {t["type"]["decode"]: t["text"] for t in version["titles"]}
    organizations = {o["id"]: o for o in version["organizations"]}
    trial: dict[str, Any] = {}
    registers = {}
    for identifier in version["studyIdentifiers"]:
        owner = organizations[identifier["scopeId"]]
        if owner["type"]["code"] == codes.SPONSOR[0]:
            trial["id"] = identifier["text"]
            if owner["name"] != "not named":
                trial["sponsor"] = owner.get("label") or owner["name"]
        else:
            registers[owner["name"]] = identifier["text"]
    trial["title"] = titles.get("Official Study Title") or next(iter(titles.values()), "")
    trial["version"] = version["versionIdentifier"]
    if registers:
        trial["registers"] = registers
    for key, table, where in (
        ("phase", codes.PHASES, "studyPhase"),
        ("masking", codes.MASKING, "blindingSchema"),
    ):
        word = codes.word_of(table, design.get(where))
        if word is not None:
            trial[key] = word
    return trial


def _population(version: dict[str, Any], design: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    population = design["population"]
    found: dict[str, Any] = {}
    condition = population.get("description") or population.get("label")
    if condition:
        found["condition"] = condition
    planned = population.get("plannedEnrollmentNumber") or {}
    if "value" in planned:
        found["randomize"] = int(planned["value"])
    if not whole:
        found["eligibility"] = eligibility(version, design)
    return found


def _arms(design: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    if whole:
        return {a["name"]: {"label": a["label"]} for a in design["arms"]}
    kinds = {_key(a): codes.word_of(codes.ARM_CODES, a["type"]) for a in design["arms"]}
    controls = [k for k, kind in kinds.items() if kind == "placebo"]
    controls = controls or [k for k, kind in kinds.items() if kind == "control"]
    found = {}
    for arm in design["arms"]:
        key = _key(arm)
        role = "control" if key in controls[:1] else "experimental"
        found[key] = {"label": arm.get("label") or arm["name"], "role": role}
    return found


def _visits(design: dict[str, Any]) -> dict[str, Any]:
    """One visit per encounter, at the day its timing names."""
    timeline = next((t for t in design["scheduleTimelines"] if t["mainTimeline"]), None)
    if timeline is None:
        return {}
    activities = {a["id"]: plain_text(a.get("label") or a["name"]) for a in design["activities"]}
    epochs = {e["id"]: _key(e) for e in design["epochs"]}
    timings = {t["relativeFromScheduledInstanceId"]: t for t in timeline["timings"]}
    found: dict[str, Any] = {}
    for encounter in design["encounters"]:
        own = [i for i in timeline["instances"] if i.get("encounterId") == encounter["id"]]
        visit = _visit(own[0], timings) if own else None
        if visit is None:
            continue
        visit["label"] = encounter.get("label") or encounter["name"]
        visit["epoch"] = epochs.get(own[0].get("epochId"))
        done = (activity_named(activities[a]) for i in own for a in i["activityIds"])
        visit["do"] = list(dict.fromkeys(a for a in done if a is not None))
        found[_key(encounter)] = {k: v for k, v in visit.items() if v is not None}
    return found


def _visit(instance: dict[str, Any], timings: dict[str, Any]) -> dict[str, Any] | None:
    timing = timings.get(instance["id"])
    if timing is None:
        return None
    if timing.get("valueLabel") == AT_CUTOFF:
        return {"at": AT_CUTOFF}
    value = _ISO.match(timing["value"])
    if not value:
        return None
    window = _ISO.match(timing.get("windowUpper") or "")
    spoken = f"{window[1]} {_UNIT[window[2]]}" if window else None
    kind = timing["type"]["code"]
    days = round(float(value[1]) * {"D": 1.0, "W": 7.0, "M": 30.4375, "Y": 365.25}[value[2]])
    if kind == codes.BEFORE[0]:
        return {"day": -days, "window": spoken}
    if kind == codes.FIXED[0]:
        return {"day": 1, "window": spoken}
    return {"at": f"{value[1]} {_UNIT[value[2]]}", "window": spoken}


def _unsaid(design: dict[str, Any]) -> list[str]:
    """What a protocol says and USDM has no field for, or says only in prose."""
    missing = [
        "allocation: ratio, method, blocks and strata",
        "arms: what each arm is given, and when a dose is changed",
        "design: error, power, looks, spending; assume: what they rest on",
    ]
    names = dict.fromkeys(plain_text(a.get("label") or a["name"]) for a in design["activities"])
    others = [name for name in names if activity_named(name) is None]
    if others:
        missing.append(f"visits: done there, and no word of `do`: {', '.join(others)}")
    for objective in design["objectives"]:
        level = objective["level"]["decode"].split()[0].lower()
        for endpoint in objective["endpoints"]:
            text = plain_text(endpoint["text"])
            missing.append(
                f"endpoints: {endpoint['name']} ({level}), {text}: its type and its data"
            )
    for estimand in design["estimands"]:
        events = ", ".join(plain_text(e["text"]) for e in estimand["intercurrentEvents"])
        missing.append(
            f"estimands: {estimand['name']}, {plain_text(estimand['populationSummary'])}; "
            f"a strategy for {events}"
        )
    return missing


def _yaml(draft: dict[str, Any]) -> str:
    yaml = YAML(typ="safe", pure=True)
    settings: dict[str, Any] = {"default_flow_style": False, "width": 4096}
    settings["sort_base_mapping_type_on_output"] = False
    for name, value in settings.items():
        setattr(yaml, name, value)
    out = StringIO()
    yaml.dump(_without_null(draft), out)
    return out.getvalue()


def _without_null(node: Any) -> Any:
    if isinstance(node, dict):
        return {k: _without_null(v) for k, v in node.items() if v not in (None, [], {}, "")}
    return [_without_null(v) for v in node] if isinstance(node, list) else node


def _headed(text: str, missing: list[str]) -> str:
    if not missing:
        return text
    notes = "".join(f"#   {' '.join(line.split())}\n" for line in missing)
    return f"# From USDM. To be added before this is a protocol:\n{notes}\n{text}"
