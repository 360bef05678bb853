"""What is measured: questionnaires and their scales, laboratory tests and their units."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import InputError
from equipoise.laboratory.units import asked, kinds, known_tests, unit_of
from equipoise.protocol.language.activities import LABORATORY, MEASURED_AT, Activity
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import Endpoint, Protocol
from equipoise.protocol.rules.base import Problem, Rule, unknown
from equipoise.questionnaires.forms import FormScale, questionnaire


def scales(protocol: Protocol) -> Iterator[Problem]:
    """A scale belongs to a questionnaire that is declared, and exists in its manual."""
    for key, endpoint in protocol.endpoints.items():
        if endpoint.scale is None:
            continue
        path: Path = ("endpoints", key)
        if endpoint.scale not in protocol.questionnaires:
            known = protocol.questionnaires
            yield unknown((*path, "scale"), "questionnaire", endpoint.scale, known)
            continue
        codes = _codes(protocol, endpoint.scale)
        if codes and endpoint.parameter is not None and endpoint.parameter not in codes:
            what = f"scale of {endpoint.scale}"
            yield unknown((*path, "parameter"), what, endpoint.parameter, codes)
        elif codes and endpoint.parameter is not None:
            yield from _direction(path, endpoint, codes[endpoint.parameter])
    yield from _answered(protocol)


def _codes(protocol: Protocol, key: str) -> dict[str, FormScale]:
    """The scales of a declared questionnaire by code; none where scores are collected as such."""
    name = protocol.questionnaires[key].scored_by
    return {} if name is None else {s.code: s for s in questionnaire(name).scales}


def _direction(path: Path, endpoint: Endpoint, scale: FormScale) -> Iterator[Problem]:
    better = "higher" if scale.high_is_good else "lower"
    # A time to deterioration too takes from here which way is worse.
    if endpoint.better not in (None, better):
        message = f'"{endpoint.better}" is not the better {scale.name}'
        yield Problem((*path, "better"), message, f"expected `better: {better}`, or none")


def _answered(protocol: Protocol) -> Iterator[Problem]:
    """Virtual answers are to a scored questionnaire's items."""
    scored = [k for k, plan in protocol.questionnaires.items() if plan.scored_by is not None]
    for name, truth in protocol.truth.items():
        for code, measure in truth.measures.items():
            if measure.questionnaire is None:
                continue
            path: Path = ("truth", name, "measures", code)
            if measure.questionnaire not in scored:
                where = (*path, "questionnaire")
                yield unknown(where, "scored questionnaire", measure.questionnaire, scored)
            elif code not in _codes(protocol, measure.questionnaire):
                codes = _codes(protocol, measure.questionnaire)
                yield unknown(path, f"scale of {measure.questionnaire}", code, codes)
            elif measure.domain != "QS":
                message = "answers to a questionnaire stand in QS"
                yield Problem((*path, "domain"), message, "expected `domain: QS`")


def lab_units(protocol: Protocol) -> Iterator[Problem]:
    """A test can be told in the unit it is to be analyzed in, or measured in."""
    for test, unit in protocol.safety.unit_of.items():
        try:
            asked(test, unit)
        except InputError as problem:
            said, _, expected = str(problem).partition("; ")
            yield Problem(("safety", "unit of", test), said, expected)
    for name, truth in protocol.truth.items():
        for at, lab in enumerate(truth.labs):
            if lab.code in known_tests() and unit_of(lab.unit, test=lab.code) is None:
                known = [u for kind in known_tests()[lab.code].kinds for u in kinds()[kind]]
                path: Path = ("truth", name, "labs", at, "unit")
                yield unknown(path, f"unit of {lab.code}", lab.unit, known)


def never_measured(protocol: Protocol) -> Iterator[Problem]:
    """What a truth says of numbers is drawn at visits that measure them."""
    for name, truth in protocol.truth.items():
        wanted: dict[Path, Activity] = {
            ("truth", name, "labs", at): LABORATORY for at in range(len(truth.labs))
        }
        for key, measure in truth.measures.items():
            wanted["truth", name, "measures", key] = MEASURED_AT[measure.domain]
        for path, activity in wanted.items():
            if not protocol.visits_for(activity):
                message = f"no planned visit does {activity}, so no value of this is recorded"
                yield Problem(path, message, f"expected a visit with {activity} in its `do`")


RULES = (
    Rule("P57", "A laboratory unit that cannot be", lab_units),
    Rule("P58", "A scale of no questionnaire", scales),
    Rule("P67", "A measurement that no visit makes", never_measured),
)
