"""Valid protocols with their resolved form; invalid ones, and those warned of, with their line."""

import json
from functools import cache

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
    WARNED,
    approved,
    expected_line,
    plain_yaml,
    resolved_file,
)
from support.told import of_each

HUMAN = jsonschema.Draft202012Validator(schema("human"))
RESOLVED = jsonschema.Draft202012Validator(schema("resolved"))


reading, examined = cache(read), cache(examine)


def test_there_are_enough_cases():
    assert len(VALID) >= 40
    assert len(INVALID) >= 80


def resolves_as_approved(case):
    assert approved(reading(case)) == json.loads(resolved_file(case).read_text(encoding="utf-8"))


def test_valid_protocols_resolve_as_approved():
    of_each(resolves_as_approved, VALID)


def resolves_to_itself(case):
    protocol = reading(case)
    form = resolve(protocol)
    # an amendment's file is named from where it lies
    again = read_text(to_json(form), file=str(case.with_suffix(".json")))
    assert resolve(again) == form
    assert again.digest == protocol.digest


def says_where_every_value_comes_from(case):
    form = resolve(reading(case))
    notes = form.pop("provenance")
    assert {pointer(path) for path, _ in leaves(form)} == set(notes)


def fits_both_schemas(case):
    form = resolve(reading(case))
    assert [e.message for e in RESOLVED.iter_errors(form)] == []
    if case.stem != "yaml_traps":  # an editor that types bare words sees numbers in it
        assert [e.message for e in HUMAN.iter_errors(plain_yaml(case))] == []


OF_FORMS = [resolves_to_itself, says_where_every_value_comes_from, fits_both_schemas]


@pytest.mark.parametrize("check", OF_FORMS, ids=lambda check: check.__name__)
def test_of_every_resolved_form(check):
    of_each(check, [*VALID, *EXAMPLES])


def says_exactly_what_is_wrong(case):
    protocol, findings = examined(case)
    assert protocol is None
    first = str(findings[0]).split("\n")[0]
    assert first.removeprefix(f"{case}:") == expected_line(case)


def test_invalid_protocols_say_exactly_what_is_wrong():
    of_each(says_exactly_what_is_wrong, INVALID)


def is_valid_and_says_why(case):
    protocol, findings = examined(case)
    assert protocol is not None
    assert [f.severity for f in findings] == ["warning"]
    assert str(findings[0]).split("\n")[0].removeprefix(f"{case}:") == expected_line(case)


def test_protocols_that_are_warned_of_are_valid_and_say_why():
    of_each(is_valid_and_says_why, WARNED)


def findings_stand_in_the_order_of_the_file(case):
    _, findings = examined(case)
    places = [tuple(map(int, f.place.rsplit(":", 2)[1:])) for f in findings]
    assert places == sorted(places)


def test_findings_stand_in_the_order_of_the_file():
    of_each(findings_stand_in_the_order_of_the_file, INVALID)


def test_every_rule_has_a_case():
    seen = {finding.rule for case in [*INVALID, *WARNED] for finding in examined(case)[1]}
    assert {rule.id for rule in RULES} - seen == set()
    assert {"P09", "P25", "P34", "P51", "P52"} <= seen
