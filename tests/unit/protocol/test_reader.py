"""Reading: all faults at once, marks, both forms, truth apart."""

import json
from pathlib import Path

import pytest

from equipoise.errors import InputError, ProtocolError
from equipoise.meaning.check import examine, read, read_text, with_truth
from equipoise.protocol import resolve, resolve_truth, truth_digest
from support.spec import SPEC

EXAMPLE = SPEC.parents[1] / "examples/netter1/protocol.yaml"
TEXT = EXAMPLE.read_text(encoding="utf-8")


def line_of(start):
    lines = enumerate(TEXT.splitlines(), start=1)
    return next(number for number, line in lines if line.strip().startswith(start))


def test_faults_of_every_kind_come_together():
    broken = (
        TEXT.replace("dose: 7.4 GBq [register]", "dose: 7.4 GBk [register]")
        .replace("type: proportion", "type: propotion")
        .replace("randomize: 230", "randmize: 230")
        .replace("1:1 [register]", "1:1 [registr]")
    )
    with pytest.raises(ProtocolError) as error:
        read_text(broken)
    lines = str(error.value).split("\n")
    where = line_of("population:")
    assert lines[0] == f'protocol.yaml:{where}:1: population: "randomize" is missing'
    assert 'arms.lutate.give[0].dose: unknown unit "GBk" in "7.4 GBk"' in str(error.value)
    assert "did you mean GBq?" in str(error.value)
    assert "did you mean proportion?" in str(error.value)
    assert "[rule P09]" in str(error.value)
    assert len(error.value.findings) == 5


def test_a_fault_inside_a_sentence_stands_at_the_sentence():
    broken = TEXT.replace("octreotide LAR 30 mg IM every 8", "octreotide LAR 30 mgs IM every 8")
    with pytest.raises(ProtocolError) as error:
        read_text(broken)
    first = str(error.value).split("\n")[0]
    place = f"protocol.yaml:{line_of('- octreotide LAR 30 mg IM every 8')}:9"
    assert first == f'{place}: arms.lutate.give[1]: unknown unit "mgs" in "30 mgs"'


def test_marks_become_provenance():
    protocol = read(EXAMPLE)
    notes = protocol.provenance
    dose = "/arms/lutate/give/0/dose"
    assert notes[dose] == {"kind": "yours", "sources": ("register",)}
    assert notes["/arms/lutate/give/1/dose"] == {"kind": "yours"}
    assert notes["/endpoints/PFS/event/0/where"] == {"kind": "derived"}
    assert notes["/endpoints/PFS/event/0/name"] == {"kind": "yours"}
    assert notes["/estimands/PFS/compare/0"] == {"kind": "derived"}
    assert notes["/estimands/PFS/ties"] == {"kind": "default"}
    assert notes["/design/OS/looks/final/events"] == {"kind": "yours", "sources": ("lancet",)}


def test_truth_is_a_document_of_its_own():
    protocol = read(EXAMPLE)
    form = resolve(protocol)
    assert "truth" not in form
    assert not [key for key in form["provenance"] if key.startswith("/truth")]
    blinded = read_text(json.dumps(form), file="resolved.json")
    assert set(blinded.truth) == {"as planned"}  # from what is assumed, and nothing of the truths
    assert blinded.digest == protocol.digest
    whole = with_truth(blinded, resolve_truth(protocol))
    assert whole.truth == protocol.truth
    assert truth_digest(whole) == truth_digest(protocol)


def test_truth_of_another_protocol_is_refused():
    other = read(SPEC / "valid/truth.yaml")
    with pytest.raises(InputError, match="belongs to the protocol"):
        with_truth(read(EXAMPLE), resolve_truth(other))


def test_digest_knows_nothing_of_truth_and_marks():
    protocol = read(EXAMPLE)
    assert (
        read_text(
            TEXT.replace(
                "median 14 months\n        lutate: median 14",
                "median 14 months\n        lutate: median 15",
            )
        ).digest
        == protocol.digest
    )
    assert read_text(TEXT.replace("blocks: 4 [recalled]", "blocks: 4")).digest == protocol.digest
    assert read_text(TEXT.replace("blocks: 4 [recalled]", "blocks: 6")).digest != protocol.digest


def test_the_order_of_sections_changes_no_digest():
    first = "trial: {id: A, title: T}\npopulation: {randomize: 20}\n"
    arms = "arms: {a: {label: A}, b: {label: B, role: control}}\n"
    assert read_text(first + arms).digest == read_text(arms + first).digest


def test_a_folder_stands_for_its_protocol():
    assert read(EXAMPLE.parent).digest == read(EXAMPLE).digest


def test_warnings_do_not_refuse():
    protocol, findings = examine(EXAMPLE)
    assert protocol is not None
    assert [(f.rule, f.severity) for f in findings] == [("P14", "warning")]


def test_no_file():
    with pytest.raises(InputError, match="cannot be read"):
        read(Path("nowhere.yaml"))


def test_not_utf8(tmp_path):
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"trial: \xe9\n")
    with pytest.raises(ProtocolError, match="not UTF-8"):
        read(path)
