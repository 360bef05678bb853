"""Rules speak of what can be read, beside faults of what cannot, and of nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pydantic import ValidationError

import equipoise as eq
from equipoise.meaning.check import RULES
from equipoise.protocol.language.lines import parse_lines
from equipoise.protocol.language.marks import split_marks
from equipoise.protocol.model import Protocol
from equipoise.protocol.model.provenance import leaves
from equipoise.protocol.read import behind as room
from equipoise.protocol.read.behind import behind
from support.spec import NETTER_FILE
from support.street import EXAMPLES

STEP = 17


def tree(name: str) -> Any:
    text = (EXAMPLES / name / "protocol.yaml").read_text(encoding="utf-8")
    return split_marks(parse_lines(text, file=name)).value


def broken(value: Any, path: tuple[Any, ...]) -> Any:
    """The tree with something at a leaf that no leaf can be."""
    out = copy.deepcopy(value)
    here = out
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = {"absurd": 1}
    return out


def readable(value: Any) -> bool:
    try:
        Protocol.model_validate(value, by_alias=True, by_name=False)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("name", ["netter1", "dual-primary", "dose-finding"])
def test_a_broken_leaf_hides_no_other_fault_and_makes_none(name: str) -> None:
    well = tree(name)
    sick = copy.deepcopy(well)
    first = next(iter(sick["estimands"]))
    sick["estimands"][first]["population"] = "nobody"
    seen = 0
    for path, _ in list(leaves(well))[::STEP]:
        if readable(broken(well, path)) or path[:3] == ("estimands", first, "population"):
            continue
        seen += 1
        assert behind(broken(well, path), RULES) == [], path
        told = [p.message for p in behind(broken(sick, path), RULES)]
        assert any('no population "nobody"' in text for text in told), path
    assert seen >= 5


def test_what_is_put_in_place_is_out_of_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    """230 patients that cannot be read are no single patient, of whom 74 events are asked."""
    value = broken(tree("netter1"), ("population", "randomize"))
    assert behind(value, RULES) == []
    monkeypatch.setattr(room, "_hide", lambda protocol, path: None)
    assert any(p.rule == "P14" for p in behind(value, RULES))


def test_all_faults_at_once() -> None:
    text = NETTER_FILE.read_text(encoding="utf-8")
    text = text.replace("randomize: 230", "randomize: -5").replace("\ndesign:", "\ndesing:")
    text = text.replace("test: Fisher exact", "test: Fischer exact")
    found = eq.check(text).findings
    told = [(f.rule, f.message.partition(": ")[0]) for f in found]
    assert told == [
        ("", "population.randomize"),
        ("P24", "estimands.ORR.test"),
        ("", "desing"),
    ]


def test_a_file_of_which_little_can_be_read_has_its_own_faults_only() -> None:
    found = eq.check("trial: 7\narms: none\nestimands: {PFS: {test: x}}\n").findings
    assert found
    assert all(not f.rule or f.rule in ("P01", "P25") for f in found)
