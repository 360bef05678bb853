"""The structured part of a USDM 4.0 document as a protocol to complete."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML

from equipoise.errors import Finding, InputError
from equipoise.protocol.exchange.usdm import codes
from equipoise.protocol.exchange.usdm.eligibility import eligibility
from equipoise.protocol.exchange.usdm.encounters import visits_of
from equipoise.protocol.exchange.usdm.parts import called, keys_of, member, members, named_by, said
from equipoise.protocol.exchange.usdm.unsaid import unsaid
from equipoise.protocol.exchange.usdm.writing import EXTENSION

Examine = Callable[..., tuple[Any, tuple[Finding, ...]]]
_READ: Final = "4"  # the major version of USDM that is read
_MOST: Final = 10**7  # subjects; a greater number is none


class Imported(NamedTuple):
    """A protocol file begun.

    text : the YAML
    missing : what must be added before it can be read, and what USDM did not say or holds and
        a protocol cannot
    """

    text: str
    missing: tuple[str, ...]


def from_usdm(document: Any, examine: Examine) -> Imported:
    """Bring the structured part of a USDM document back, and list what must be added.

    Parts that are absent, null or of another kind are listed, not guessed.

    examine : finds what a protocol's text lacks
    Raises   InputError if the document is of another version of USDM than 4, or has no
             interventional study design.
    """
    version, design = _parts(document)
    draft, lost = _extension(design)
    whole = bool(draft)
    found, also = _structured(version, design, whole=whole)
    lost += also
    for section in ("arms", "epochs", "visits") if whole else ():
        known = draft.get(section) or {}
        lost += [
            f"{section}: {k}: not in the protocol that the document carries"
            for k in found[section]
            if k not in known and known
        ]
        found[section] = {k: v for k, v in found[section].items() if k in known}
    _merge(draft, found)
    text = _yaml(draft)
    _, findings = examine(text, file="protocol.yaml")
    missing = [
        f"{f.message.rstrip('.')}. {f.expected}".strip() for f in findings if f.severity == "error"
    ]
    if not whole:
        lost = [*unsaid(version, design), *lost]
    missing = [*lost, *missing]
    return Imported(_headed(text, missing), tuple(missing))


def _parts(document: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The document's version of the study, and its interventional design."""
    number = said(document, "usdmVersion")
    if number and number.split(".")[0] != _READ:
        raise InputError(
            f"this is USDM {number}; expected USDM 4: earlier versions keep eligibility criteria, "
            "organizations and timings elsewhere, so that they would be lost"
        )
    versions = members(member(document, "study"), "versions")
    designs = members(versions[0], "studyDesigns") if versions else []
    for design in designs:
        if design.get("instanceType") == "InterventionalStudyDesign":
            return versions[0], design
    kinds = dict.fromkeys(said(d, "instanceType") or "of no kind" for d in designs)
    if "ObservationalStudyDesign" in kinds:
        raise InputError(
            f"this is an observational study (USDM {number or 'without a version'}): nobody is "
            "allocated to an arm in it; expected an interventional study design"
        )
    seen = f"; its study designs are {', '.join(kinds)}" if designs else ""
    raise InputError(
        "this is no USDM document with an interventional study design; "
        f"expected study.versions[0].studyDesigns[0]{seen}"
    )


def _extension(design: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The protocol that the document carries, if one of ours wrote it."""
    for attribute in members(design, "extensionAttributes"):
        if attribute.get("url") == EXTENSION:
            try:
                body = json.loads(str(attribute.get("valueString")))
            except (ValueError, RecursionError):
                body = None
            if isinstance(body, dict):
                return body, []
            return {}, [f"{EXTENSION}: the extension holds no protocol; passed over"]
    return {}, []


def _merge(draft: dict[str, Any], found: dict[str, Any]) -> None:
    """What stands in USDM's own fields wins over the extension."""
    for key, value in found.items():
        if isinstance(value, dict) and isinstance(draft.get(key), dict):
            _merge(draft[key], value)
        else:
            draft[key] = value


def _structured(
    version: dict[str, Any], design: dict[str, Any], *, whole: bool
) -> tuple[dict[str, Any], list[str]]:
    trial, lost = _trial(version, design)
    population, also = _population(version, design, whole=whole)
    found = {
        "equipoise": "1",
        "trial": trial,
        "population": population,
        "arms": _arms(design, whole=whole),
        "epochs": _labels(members(design, "epochs"), whole=whole),
    }
    lost += also
    if whole:
        found["visits"] = _labels(members(design, "encounters"), whole=True)
        return found, lost
    found["visits"], also = visits_of(design)
    analyzed = members(design, "analysisPopulations")
    found["populations"] = {
        key: {"label": said(p, "text", "label", "name") or key, "who": "randomized"}
        for p, key in zip(analyzed, keys_of(analyzed), strict=True)
    }
    lost += [f"populations: {key}: who is in it" for key in found["populations"]]
    return found, lost + also


def _labels(objects: list[dict[str, Any]], *, whole: bool) -> dict[str, Any]:
    if whole:
        return {
            str(o["name"]): {"label": o["label"]}
            for o in objects
            if o.get("name") and o.get("label")
        }
    return {
        key: {"label": called(o) or key} for o, key in zip(objects, keys_of(objects), strict=True)
    }


def _trial(version: dict[str, Any], design: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    trial, lost = _identified(version)
    titles = {
        said(member(t, "type"), "decode"): said(t, "text") for t in members(version, "titles")
    }
    trial["title"] = titles.get("Official Study Title") or next(iter(titles.values()), "")
    trial["version"] = said(version, "versionIdentifier")
    for key, table, where in (
        ("phase", codes.PHASES, "studyPhase"),
        ("masking", codes.MASKING, "blindingSchema"),
    ):
        word = codes.word_of(table, design.get(where))
        if word is not None:
            trial[key] = word
        elif member(design, where):
            spoken = said(member(member(design, where), "standardCode"), "decode", "code")
            lost.append(f"trial: {key}: {spoken or 'without a code'}")
    return trial, lost


def _identified(version: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The sponsor's number and the numbers in registers."""
    organizations = {named_by(o, "id"): o for o in members(version, "organizations")}
    trial: dict[str, Any] = {}
    registers, lost = {}, []
    for identifier in members(version, "studyIdentifiers"):
        owner = organizations.get(named_by(identifier, "scopeId"), {})
        text, name = said(identifier, "text"), said(owner, "name", "label")
        if member(owner, "type").get("code") == codes.SPONSOR[0] and "id" not in trial:
            trial["id"] = text
            if name != "not named":
                trial["sponsor"] = called(owner)
        elif name and text and name not in registers:
            registers[name] = text
        else:
            lost.append(f"trial: registers: {text or 'no number'} of {name or 'nobody'}")
    if registers:
        trial["registers"] = registers
    return trial, lost


def _population(
    version: dict[str, Any], design: dict[str, Any], *, whole: bool
) -> tuple[dict[str, Any], list[str]]:
    population = member(design, "population")
    found: dict[str, Any] = {}
    lost: list[str] = []
    condition = said(population, "description", "label")
    if condition:
        found["condition"] = condition
    planned = member(population, "plannedEnrollmentNumber")
    number = planned.get("value")
    if isinstance(number, int | float) and 0 < number < _MOST:
        found["randomize"] = int(number)
    elif planned:
        ends = [member(planned, end).get("value") for end in ("minValue", "maxValue")]
        spoken = " to ".join(str(n) for n in ends if n is not None) or str(number)
        lost.append(f"population: randomize: {spoken} planned")
    if not whole:
        found["eligibility"], also = eligibility(version, design)
        lost += also
    return found, lost


def _arms(design: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    arms = members(design, "arms")
    if whole:
        return _labels(arms, whole=True)
    keys = keys_of(arms)
    kinds = [codes.word_of(codes.ARM_CODES, a.get("type")) for a in arms]
    controls = [k for k, kind in zip(keys, kinds, strict=True) if kind == "placebo"]
    controls = controls or [k for k, kind in zip(keys, kinds, strict=True) if kind == "control"]
    return {
        key: {
            "label": called(arm) or key,
            "role": "control" if key in controls[:1] else "experimental",
        }
        for arm, key in zip(arms, keys, strict=True)
    }


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
