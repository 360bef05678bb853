"""USDM documents of other people: days along chains of timings, windows, and parts that lack."""

import copy
import json

import pytest

from equipoise.errors import InputError
from equipoise.meaning.check import examine_text, read
from equipoise.protocol.exchange.usdm import from_usdm, to_usdm
from equipoise.protocol.exchange.usdm.encounters import days_of, visits_of
from support.spec import SPEC
from support.usdm import (
    ALEXION,
    ALEXION_DAYS,
    LILLY,
    LILLY_DAYS,
    PILOT_DAYS,
    days,
    schedule_of,
)


@pytest.mark.parametrize(
    ("text", "expected"), [(LILLY, LILLY_DAYS), (ALEXION, ALEXION_DAYS)], ids=["lilly", "alexion"]
)
def test_days_follow_the_chains_of_timings(text, expected):
    assert days(visits_of(schedule_of(text))[0]) == expected


def test_the_days_of_the_pilot():
    file = SPEC.parent / "oracle/protocol/CDISC_Pilot_Study.json"
    design = json.loads(file.read_text(encoding="utf-8"))["study"]["versions"][0]["studyDesigns"][0]
    visits, lost = visits_of(design)
    assert days(visits) == PILOT_DAYS
    assert any(
        line.startswith("visits: e2: window from 4 hours before to 0 days after") for line in lost
    )


def test_a_window_of_two_widths_is_told_with_both_ends():
    visits, lost = visits_of(schedule_of(LILLY))
    assert "window" not in visits["wash_out"]
    assert any(
        line.startswith("visits: wash_out: window from 0 days before to 11") for line in lost
    )


def test_an_instance_outside_every_encounter_is_told():
    _, lost = visits_of(schedule_of(ALEXION))
    assert "visits: START: no encounter; done there: Vital signs" in lost


def test_timings_in_a_circle_have_no_day():
    text = "A One After P1D B - -\nB Two After P1D A - -\nC Three Fixed P1D C - -"
    visits, lost = visits_of(schedule_of(text))
    assert list(visits) == ["three"]
    assert "visits: one: no day can be told for A" in lost


@pytest.mark.parametrize(
    ("text", "expected"),
    [("P1DT12H", 1.5), ("P2W", 14), ("PT90M", 0.0625), ("P", None), ("", None), (5, None)],
)
def test_durations(text, expected):
    found = days_of(text)
    assert (found if found is None else float(found)) == expected


def document(case="three_looks_futility", *, extension):
    found = json.loads(json.dumps(to_usdm(read(SPEC / f"valid/{case}.yaml"))))
    if not extension:
        design = found["study"]["versions"][0]["studyDesigns"][0]
        design["extensionAttributes"] = []
    return found


def test_entities_are_letters():
    found = document("eligibility", extension=False)
    item = found["study"]["versions"][0]["eligibilityCriterionItems"][0]
    item["text"] = "<p>ALT &lt;= 3 x ULN &amp; age 5 < 18 and > 2</p>"
    assert "ALT <= 3 x ULN & age 5 < 18 and > 2" in from_usdm(found, examine_text).text


def test_two_arms_of_one_name_stay_two():
    found = document(extension=False)
    arms = found["study"]["versions"][0]["studyDesigns"][0]["arms"]
    arms[1]["name"] = arms[0]["name"]
    arms[1]["id"] = arms[0]["id"]
    assert from_usdm(found, examine_text).text.count("role:") == 2


def test_an_encounter_that_the_carried_protocol_lacks_is_told():
    found = document(extension=True)
    design = found["study"]["versions"][0]["studyDesigns"][0]
    design["arms"].append({"name": "third", "label": "Third"})
    said = from_usdm(found, examine_text).missing
    assert "arms: third: not in the protocol that the document carries" in said


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"usdmVersion": "3.13.0"}, "this is USDM 3.13.0; expected USDM 4: earlier versions keep"),
        ({"usdmVersion": "2.11.0"}, "this is USDM 2.11.0"),
    ],
)
def test_another_version_is_named(change, match):
    with pytest.raises(InputError, match=match):
        from_usdm({**document(extension=False), **change}, examine_text)


def test_an_observational_study_is_named():
    found = document(extension=False)
    design = found["study"]["versions"][0]["studyDesigns"][0]
    design["instanceType"] = "ObservationalStudyDesign"
    with pytest.raises(
        InputError, match=r"an observational study .USDM 4\.0\.0.: nobody is allocated"
    ):
        from_usdm(found, examine_text)


ABSENT = type("Absent", (), {"__str__": lambda self: "absent"})()


def _places(node, found, path=()):
    """One place of every key of every class."""
    if isinstance(node, dict):
        for key, value in node.items():
            found.setdefault((node.get("instanceType"), key), (*path, key))
            _places(value, found, (*path, key))
    elif isinstance(node, list):
        for n, value in enumerate(node):
            _places(value, found, (*path, n))
    return found


def _imported(broken):
    """The text of a protocol, or the words of a refusal."""
    try:
        return from_usdm(broken, lambda text, file: (None, ())).text
    except InputError as error:
        return "expected" in str(error)


@pytest.mark.parametrize("extension", [True, False])
@pytest.mark.parametrize("value", [ABSENT, None, "x", 5, [None], {"id": []}], ids=str)
def test_any_part_may_lack_or_be_of_another_kind(value, extension):
    whole = document(extension=extension)
    places = _places(whole, {})
    assert len(places) > 130
    for path in places.values():
        broken = copy.deepcopy(whole)
        node = broken
        for step in path[:-1]:
            node = node[step]
        if value is ABSENT:
            del node[path[-1]]
        else:
            node[path[-1]] = value
        assert _imported(broken)
