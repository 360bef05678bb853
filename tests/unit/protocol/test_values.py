"""A protocol is a value: read from anything, changed by `with_`, compared, hashed, kept."""

from __future__ import annotations

import copy
import datetime as dt
import io
import pickle

import pytest

import equipoise as eq
from equipoise.protocol.model import altered
from support.spec import EXAMPLES, NETTER_FILE, VALID

NETTER = NETTER_FILE
TEXT = NETTER.read_text(encoding="utf-8")
PROTOCOL = eq.read(NETTER)


@pytest.mark.parametrize(
    "source",
    [
        str(NETTER), NETTER, NETTER.parent, TEXT, TEXT.encode(), io.StringIO(TEXT),
        io.BytesIO(TEXT.encode()), PROTOCOL.to_dict(), PROTOCOL.to_yaml(),
    ],
    ids=["str", "path", "folder", "text", "bytes", "stream", "binary", "dict", "yaml"],
)  # fmt: skip
def test_it_is_read_from(source: object) -> None:
    found = eq.read(source)  # type: ignore[arg-type]
    assert found == PROTOCOL
    assert found.digest == PROTOCOL.digest
    assert hash(found) == hash(PROTOCOL)
    assert found.provenance == PROTOCOL.provenance


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (12.5, "expected a path, a text, bytes, a mapping or a stream; found a float"),
        (None, "found a NoneType"),
        ("nowhere.yaml", "nowhere.yaml: cannot be read"),
    ],
)
def test_what_is_none_of_these_is_told(source: object, words: str) -> None:
    with pytest.raises(eq.InputError, match=words):
        eq.read(source)  # type: ignore[arg-type]


def test_bytes_that_are_no_text_are_a_fault() -> None:
    with pytest.raises(eq.ProtocolError, match="not UTF-8 at byte 6"):
        eq.read(b"trial:\xff\n")


def test_a_fault_of_a_mapping_names_no_line() -> None:
    with pytest.raises(eq.ProtocolError) as caught:
        eq.read({**PROTOCOL.to_dict(), "armz": {}})
    places = {finding.place for finding in caught.value.findings}
    assert places == {"given mapping"}


@pytest.mark.parametrize("path", [*EXAMPLES, *VALID], ids=lambda p: p.stem)
def test_the_resolved_form_and_the_text_are_the_protocol(path, monkeypatch) -> None:
    one = eq.read(path)
    monkeypatch.chdir(path.parent)  # where the version that it may amend is
    assert eq.read(one.to_dict()) == one
    assert one.to_yaml() == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [*EXAMPLES, *VALID], ids=lambda p: p.stem)
def test_setting_what_is_there_changes_nothing(path) -> None:
    one = eq.read(path)
    same = one.with_("population.randomize", one.population.randomize)
    assert same == one
    assert same.digest == one.digest


def test_a_thing_is_set_checked_and_sealed() -> None:
    more = PROTOCOL.with_("population.randomize", 800)
    assert more.population.randomize == 800
    assert more.digest != PROTOCOL.digest
    assert more.digest == eq.read(more.to_dict()).digest == eq.read(more.to_yaml()).digest
    assert eq.plan(more).protocol_digest == more.digest
    assert PROTOCOL.population.randomize == 230
    assert more.provenance["/population/randomize"] == {"kind": "yours"}


def test_comments_and_the_rest_of_the_text_stay() -> None:
    after = PROTOCOL.with_("population.randomize", 800).to_yaml()
    before = TEXT.splitlines()
    changed = [
        (a.strip(), b.strip())
        for a, b in zip(before, after.splitlines(), strict=True)
        if a.split() != b.split()
    ]
    assert [b for _, b in changed] == ["randomize: 800"]
    assert [a.startswith("randomize: 230") for a, _ in changed] == [True]


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("trial.first patient", dt.date(2012, 9, 6), "2012-09-06"),
        (("design", "PFS", "looks", "final", "futility"), True, True),
        ("design.sides", 1, 1),
        ("arms.lutate.label", "Lu & more", "Lu & more"),
    ],
)
def test_values_are_python_s(path: object, value: object, found: object) -> None:
    after = PROTOCOL.with_(path, value).to_dict()  # type: ignore[arg-type]
    for part in path.split(".") if isinstance(path, str) else path:  # type: ignore[attr-defined]
        after = after[part]
    assert after == found


def test_none_takes_away() -> None:
    less = PROTOCOL.with_("subgroups", None)
    assert PROTOCOL.subgroups
    assert not less.subgroups
    with pytest.raises(eq.InputError, match="is not there to be taken away"):
        less.with_("subgroups", None)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("population.randomize", -5, "population.randomize"),
        ("populatoin.randomize", 5, "did you mean population"),
        ("design.PFS.looks.final", "at 74 evnts", "evnts"),
    ],
)
def test_what_breaks_a_rule_is_refused(path: str, value: object, words: str) -> None:
    with pytest.raises(eq.ProtocolError, match=words):
        PROTOCOL.with_(path, value)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "is no path"),
        ("arms..give", "is no path"),
        ("trial.id.more", 'trial.id is written in short, "NETTER-1"'),
        ("arms.lutate.give[9]", "arms.lutate.give has 3 entries"),
    ],
)
def test_a_path_that_leads_nowhere_is_told(path: str, words: str) -> None:
    with pytest.raises(eq.InputError, match=words):
        PROTOCOL.with_(path, 1)


def test_other_ways_are_refused() -> None:
    with pytest.raises(eq.InputError, match="changed by `with_`"):
        PROTOCOL.model_copy(update={"population": PROTOCOL.population})
    with pytest.raises(eq.InputError, match="a protocol is made by"):
        eq.Protocol.model_construct(population=None)
    with pytest.raises(ValueError, match="frozen"):
        PROTOCOL.population.randomize = 7
    assert PROTOCOL.model_copy() == PROTOCOL


def test_mappings_are_frozen_through_and_through() -> None:
    endpoint = next(iter(PROTOCOL.endpoints))
    for mapping in (
        PROTOCOL.arms, PROTOCOL.truth["as reported"].baseline, PROTOCOL.provenance,
        PROTOCOL.design.hypotheses["PFS"].looks, PROTOCOL.provenance["/trial/id"],
    ):  # fmt: skip
        assert mapping
        with pytest.raises(TypeError, match="`with_` makes another"):
            mapping[endpoint] = None  # type: ignore[index]
        with pytest.raises(TypeError, match="`with_` makes another"):
            mapping.clear()


def test_a_changed_copy_has_the_digest_of_what_it_says() -> None:
    other = altered(PROTOCOL, population=PROTOCOL.population.model_copy(update={"randomize": 7}))
    assert other.digest != PROTOCOL.digest
    assert eq.Protocol.model_validate(PROTOCOL.model_dump(by_alias=True)).digest == PROTOCOL.digest
    with pytest.raises(eq.InputError, match="only a protocol that"):
        other.with_("trial.id", "X")


def pickled(protocol: eq.Protocol) -> eq.Protocol:
    return pickle.loads(pickle.dumps(protocol))


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_copies_are_equal_and_can_be_changed(again) -> None:
    other = again(PROTOCOL)
    assert other == PROTOCOL
    assert {other: 1}[PROTOCOL] == 1
    assert other.digest == PROTOCOL.digest
    changed = other.with_("population.randomize", 800)
    assert changed == PROTOCOL.with_("population.randomize", 800) != PROTOCOL


def test_data_with_other_tables_have_another_digest() -> None:
    import dataclasses

    record = eq.run(PROTOCOL, truth="as reported", seed=3)
    snapshot = eq.cut(eq.tabulate(record), look="PFS final")
    fewer = {**snapshot.tables, "DM": snapshot.tables["DM"].head(10)}
    assert dataclasses.replace(snapshot, tables=fewer).digest != snapshot.digest
    assert dataclasses.replace(snapshot).digest == snapshot.digest
