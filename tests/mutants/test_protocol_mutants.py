"""A planted bug in the language must turn its check red."""

import json

import jsonschema
import pytest

from equipoise.meaning import check
from equipoise.meaning.check import examine, read, read_text
from equipoise.protocol import resolve
from equipoise.protocol.exchange.usdm import encounters, to_usdm, writing
from equipoise.protocol.language.lines import Tree
from equipoise.protocol.model import implied as derive
from equipoise.protocol.read.resolve import to_json
from support.spec import INVALID, SPEC, WARNED, approved, expected_line, resolved_file
from support.usdm import LILLY, LILLY_DAYS, days, schedule_of

CASE = SPEC / "valid/three_looks_futility.yaml"


def _first(case):
    findings = examine(case)[1]
    return str(findings[0]).split("\n")[0].removeprefix(f"{case}:") if findings else ""


def test_a_place_off_by_one_is_seen(monkeypatch):
    right = Tree.place
    monkeypatch.setattr(
        Tree, "place", lambda self, path: (right(self, path)[0] + 1, right(self, path)[1])
    )
    assert sum(_first(case) != expected_line(case) for case in INVALID) > 60


@pytest.mark.parametrize("rule", check.RULES, ids=lambda r: r.id)
def test_a_rule_that_finds_nothing_is_seen(monkeypatch, rule):
    monkeypatch.setattr(check, "RULES", tuple(r for r in check.RULES if r.id != rule.id))
    own = [case for case in [*INVALID, *WARNED] if case.stem.startswith(rule.id.lower())]
    assert own
    assert any(_first(case) != expected_line(case) for case in own)


def test_a_default_left_implied_is_seen():
    form = resolve(read(CASE))
    del form["estimands"]["OS"]["ties"]
    schema = json.loads(
        (SPEC.parents[1] / "src/equipoise/protocol/schema/resolved-1.json").read_text()
    )
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(form, schema)
    assert resolve(read_text(to_json(form))) != form


def test_a_changed_default_is_seen(monkeypatch):
    monkeypatch.setitem(derive.__dict__, "_BETTER", dict.fromkeys(derive._BETTER, "shorter"))
    kept = json.loads(resolved_file(CASE).read_text(encoding="utf-8"))
    assert approved(read(CASE)) != kept


def test_usdm_without_a_required_part_is_seen(monkeypatch):
    api = json.loads((SPEC.parent / "oracle/protocol/USDM_API.json").read_text())
    usdm = jsonschema.Draft202012Validator({**api, "$ref": "#/components/schemas/Wrapper-Input"})
    right = writing._arm
    monkeypatch.setattr(
        writing, "_arm", lambda *a: {k: v for k, v in right(*a).items() if k != "dataOriginType"}
    )
    assert list(usdm.iter_errors(to_usdm(read(CASE))))


def test_a_visit_counted_from_day_1_whatever_it_names_is_seen(monkeypatch):
    design = schedule_of(LILLY)
    assert days(encounters.visits_of(design)[0]) == LILLY_DAYS
    for timing in design["scheduleTimelines"][0]["timings"]:
        timing["relativeToScheduledInstanceId"] = "P1_TREATMENT"
    assert days(encounters.visits_of(design)[0]) != LILLY_DAYS


def test_windows_read_at_one_end_are_seen(monkeypatch):
    right = encounters.days_of
    monkeypatch.setattr(
        encounters, "days_of", lambda text: right("P11D" if text == "P0D" else text)
    )
    assert days(encounters.visits_of(schedule_of(LILLY))[0]) != LILLY_DAYS
