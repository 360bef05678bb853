"""USDM both ways, registration modules, synopsis, templates, schema."""

import json
from pathlib import Path

import jsonschema
import pytest

from equipoise.errors import InputError
from equipoise.meaning.check import examine_text, read, read_text
from equipoise.meaning.exchange import export
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol.exchange.ctgov import to_ctgov
from equipoise.protocol.exchange.usdm import from_usdm, to_usdm
from equipoise.protocol.read.schemas import SCHEMA_FILES, generate, schema
from equipoise.protocol.write.template import ENDPOINTS, shipped, start, templates
from equipoise.reporting.documents.synopsis import synopsis
from support.spec import EXAMPLES, SPEC, VALID

ORACLE = SPEC.parent / "oracle/protocol"
API = json.loads((ORACLE / "USDM_API.json").read_text(encoding="utf-8"))
USDM = jsonschema.Draft202012Validator({**API, "$ref": "#/components/schemas/Wrapper-Input"})
PILOT = json.loads((ORACLE / "CDISC_Pilot_Study.json").read_text(encoding="utf-8"))
CASES = [*VALID, *EXAMPLES]
NETTER = SPEC.parents[1] / "examples/netter1/protocol.yaml"


def _name(path: Path) -> str:
    return path.stem if path.stem != "protocol" else path.parent.name


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_usdm_is_valid_and_comes_back_whole(case):
    protocol = read(case)
    document = to_usdm(protocol)
    assert [e.message for e in USDM.iter_errors(document)] == []
    found = from_usdm(json.loads(json.dumps(document)), examine_text)
    again = read_text(found.text, file=str(case))
    assert found.missing == () or protocol.trial.amends
    assert again.digest == protocol.digest


@pytest.mark.parametrize("file", [NETTER, SPEC / "valid/forms.yaml"], ids=_name)
def test_forms_are_biomedical_concepts(file):
    protocol = read(file)
    document = export(protocol, to="usdm")
    assert [e.message for e in USDM.iter_errors(document)] == []
    version = document["study"]["versions"][0]
    concepts = {one["name"]: one for one in version["biomedicalConcepts"]}
    hgb = concepts["HGB"]
    assert (hgb["label"], hgb["reference"]) == ("Hemoglobin", "LB.LBORRES[HGB]")
    assert [one["name"] for one in hgb["properties"]][:2] == ["HGB", "HGB unit"]
    event = {one["name"]: one for one in concepts["adverse event"]["properties"]}
    assert event["AETERM"]["isRequired"]
    assert event["AETOXGR"]["datatype"] == "integer"
    assert "FATAL" in [one["name"] for one in event["AEOUT"]["responseCodes"]]
    told = sum(len(one["properties"]) for one in version["biomedicalConcepts"])
    assert told == sum(len(form.items) for form in forms_of(protocol).values())
    activities = {one["name"]: one for one in version["studyDesigns"][0]["activities"]}
    assert hgb["id"] in activities["laboratory"]["biomedicalConceptIds"]
    found = from_usdm(json.loads(json.dumps(document)), examine_text)
    assert read_text(found.text, file=str(file)).digest == protocol.digest


def test_a_protocol_without_forms_has_no_concepts():
    document = export(read(SPEC / "valid/eligibility.yaml"), to="usdm")
    assert document["study"]["versions"][0]["biomedicalConcepts"] == []


def test_usdm_ids_are_unique():
    document = export(read(NETTER), to="usdm")
    seen = []

    def walk(node):
        if isinstance(node, dict):
            seen.append(node.get("id"))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document["study"]["versions"])
    ids = [i for i in seen if i is not None]
    assert len(ids) == len(set(ids)) > 100


def test_an_edit_made_in_usdm_wins():
    document = to_usdm(read(SPEC / "valid/eligibility.yaml"))
    design = document["study"]["versions"][0]["studyDesigns"][0]
    design["population"]["plannedEnrollmentNumber"]["value"] = 140
    assert read_text(from_usdm(document, examine_text).text).population.randomize == 140


def test_the_pilot_study_comes_back_and_says_what_is_missing():
    assert [e.message for e in USDM.iter_errors(PILOT)] == []
    found = from_usdm(PILOT, examine_text)
    heads = {line.split(":")[0] for line in found.missing}
    assert {"allocation", "arms", "design", "endpoints", "estimands"} <= heads
    protocol = read_text(found.text)
    assert protocol.trial.id == "H2Q-MC-LZZT"
    assert (protocol.trial.phase, protocol.trial.masking) == ("2", "double blind")
    assert protocol.population.randomize == 300
    assert protocol.control == "placebo"
    assert len(protocol.arms) == 3
    assert len(protocol.population.eligibility.include) == 8
    assert len(protocol.population.eligibility.exclude) == 23
    first = protocol.population.eligibility.include[0].text
    assert first == "Males and postmenopausal females at least 50 years of age."
    assert str(protocol.visits["e4"].at) == "2 weeks"
    assert str(protocol.visits["e4"].window) == "3 days"
    first = next(iter(protocol.visits.values()))
    assert set(first.do) >= {"consent", "demographics", "medical history", "laboratory"}
    others = next(line for line in found.missing if line.startswith("visits"))
    assert "no word of `do`: " in others
    assert {"MMSE", "ADAS-Cog", "Habits"} <= set(others.split(": ")[-1].split(", "))
    assert "Informed consent" not in others


@pytest.mark.parametrize("document", [{}, [], {"study": {"versions": []}}, {"study": None}])
def test_what_is_no_usdm_is_refused(document):
    with pytest.raises(InputError, match="no USDM document"):
        from_usdm(document, examine_text)


def test_registration():
    found = to_ctgov(read(NETTER))["protocolSection"]
    assert found["identificationModule"]["nctId"] == "NCT01578239"
    assert found["designModule"]["phases"] == ["PHASE3"]
    assert found["designModule"]["enrollmentInfo"] == {"count": 230, "type": "ESTIMATED"}
    assert [a["type"] for a in found["armsInterventionsModule"]["armGroups"]] == [
        "EXPERIMENTAL",
        "ACTIVE_COMPARATOR",
    ]
    assert found["eligibilityModule"]["minimumAge"] == "18 Years"
    primary = found["outcomesModule"]["primaryOutcomes"]
    assert [o["measure"] for o in primary] == ["Progression-free survival"]


def test_synopsis_has_the_schedule_and_the_items_it_covers():
    text = synopsis(read(NETTER)).to_markdown()
    assert "| tumor assessment | X |  | X |  |  |" in text
    assert "every 12 weeks from 12 weeks until progression by the central reader (± 1 week)" in text
    assert "| OS | final | at 158 deaths | lan-demets-obf |  |" in text
    assert "- 28b interim analyses" in text
    page = synopsis(read(NETTER)).to_html()
    assert "<td>platelets grade &gt;= 2</td>" in page


def test_a_visit_at_the_cutoff_is_told_in_other_formats():
    protocol = read(SPEC / "valid/survival_sweep.yaml")
    assert "at each data cut-off" in synopsis(protocol).to_markdown()
    document = to_usdm(protocol)
    for version in document["study"]["versions"]:
        for design in version["studyDesigns"]:
            design["extensionAttributes"] = []
    found = from_usdm(document, examine_text)
    assert found.missing  # nothing but USDM's own fields
    assert "at: data cut-off" in found.text


def test_synopsis_claims_no_item_it_says_nothing_about():
    items = synopsis(read(SPEC / "valid/minimal.yaml")).items
    assert items == ("1a", "2", "12", "15a", "21b", "24a")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("arms", [2, 3, 9])
def test_new_protocols_are_valid(arms, endpoint):
    protocol = read_text(start(arms=arms, endpoint=endpoint))
    assert len(protocol.arms) == arms
    assert [e.type for e in protocol.endpoints.values()] == [endpoint]


def test_new_protocols_like_the_shipped_ones():
    assert templates() == ("dose-finding", "dual-primary", "netter1", "non-inferiority")
    for name in templates():
        example = SPEC.parents[1] / "examples" / name / "protocol.yaml"
        own = example.read_text(encoding="utf-8")
        assert shipped(name).split("\n", 1)[1] == own.split("\n", 1)[1]


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: shipped("netter"), "did you mean netter1"),
        (lambda: start(arms=1), "expected 2 to 9"),
        (lambda: start(endpoint="proprtion"), "did you mean proportion"),
    ],
)
def test_new_protocols_that_cannot_be(call, match):
    with pytest.raises(InputError, match=match):
        call()


@pytest.mark.parametrize("form", SCHEMA_FILES)
def test_the_shipped_schema_is_the_generated_one(form):
    assert schema(form) == json.loads(json.dumps(generate(form)))
    jsonschema.Draft202012Validator.check_schema(schema(form))


def test_the_synopsis_says_what_shows_life_and_what_partial_dates_mean():
    protocol = read(SPEC / "valid" / "dates.yaml")
    text = "\n".join(s for section in synopsis(protocol).sections for s in section.sentences)
    seen = "AE.AESTDTC, AE.AEENDTC, LB.LBDTC, ADSL.TRTEDT"
    assert f"Last known alive: the latest date of {seen}." in text
    assert f"A partial date of death is completed as: {protocol.dates.death}." in text
