"""The valid protocols with their resolved form, the invalid with their first line."""

import json

import jsonschema
import pytest

from equipoise.meaning.check import examine, read, read_text
from equipoise.protocol import resolve
from equipoise.protocol.model.provenance import leaves, pointer
from equipoise.protocol.read.resolve import to_json
from equipoise.protocol.read.schemas import schema
from equipoise.protocol.rules import RULES
from support.spec import (
    EXAMPLES,
    INVALID,
    VALID,
    approved,
    expected_line,
    plain_yaml,
    resolved_file,
)

HUMAN = jsonschema.Draft202012Validator(schema("human"))
RESOLVED = jsonschema.Draft202012Validator(schema("resolved"))


def _name(path):
    return path.stem if path.stem != "protocol" else path.parent.name


def test_there_are_enough_cases():
    assert len(VALID) >= 40
    assert len(INVALID) >= 80


@pytest.mark.parametrize("case", VALID, ids=_name)
def test_valid_protocol_resolves_as_approved(case):
    assert approved(read(case)) == json.loads(resolved_file(case).read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [*VALID, *EXAMPLES], ids=_name)
def test_the_resolved_form_is_a_protocol_that_resolves_to_itself(case):
    protocol = read(case)
    form = resolve(protocol)
    # an amendment's file is named from where it lies
    again = read_text(to_json(form), file=str(case.with_suffix(".json")))
    assert resolve(again) == form
    assert again.digest == protocol.digest


@pytest.mark.parametrize("case", [*VALID, *EXAMPLES], ids=_name)
def test_every_value_of_the_resolved_form_says_where_it_comes_from(case):
    form = resolve(read(case))
    notes = form.pop("provenance")
    assert {pointer(path) for path, _ in leaves(form)} == set(notes)


@pytest.mark.parametrize("case", [*VALID, *EXAMPLES], ids=_name)
def test_both_forms_fit_their_schema(case):
    form = resolve(read(case))
    assert [e.message for e in RESOLVED.iter_errors(form)] == []
    if case.stem != "yaml_traps":  # an editor that types bare words sees numbers in it
        assert [e.message for e in HUMAN.iter_errors(plain_yaml(case))] == []


@pytest.mark.parametrize("case", INVALID, ids=_name)
def test_invalid_protocol_says_exactly_what_is_wrong(case):
    protocol, findings = examine(case)
    assert protocol is None
    first = str(findings[0]).split("\n")[0]
    assert first.removeprefix(f"{case}:") == expected_line(case)


@pytest.mark.parametrize("case", INVALID, ids=_name)
def test_findings_stand_in_the_order_of_the_file(case):
    _, findings = examine(case)
    places = [tuple(map(int, f.place.rsplit(":", 2)[1:])) for f in findings]
    assert places == sorted(places)


def test_every_rule_has_a_case():
    seen = {finding.rule for case in INVALID for finding in examine(case)[1]}
    assert {rule.id for rule in RULES} - seen == set()
    assert {"P09", "P25", "P34", "P51", "P52"} <= seen
