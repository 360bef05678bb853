"""Amendments in sentences a coordinator understands."""

import datetime as dt

import pytest

from equipoise.errors import InputError
from equipoise.meaning.check import read_text
from equipoise.protocol.write.amend import begun, diff, in_force, touched
from support.spec import SPEC

TEXT = (SPEC.parents[1] / "examples/netter1/protocol.yaml").read_text(encoding="utf-8")
OLD = read_text(TEXT)


def _amended(*changes):
    text = TEXT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return read_text(text)


def _sentences(*changes):
    return [c.sentence for c in diff(OLD, _amended(*changes))]


def test_nothing_changes():
    assert diff(OLD, read_text(TEXT)) == ()


def test_a_mark_is_no_change():
    assert _sentences(("blocks: 4 [recalled]", "blocks: 4")) == []


def test_looks_window_and_criterion():
    new = _amended(
        ("interim: with PFS final", "interim: with PFS final\n      second: 120 deaths"),
        ("window: 1 week [register]\n    until", "window: 10 days\n    until"),
        ("score of 60 or more", "score of 70 or more"),
        ("KPS >= 60", "KPS >= 70"),
        ("final: 158 deaths", "final: 156 deaths"),
    )
    changes = diff(OLD, new)
    assert [c.sentence for c in changes] == [
        'Inclusion criterion I7 now reads "Karnofsky performance score of 70 or more"; '
        'before, "Karnofsky performance score of 60 or more".',
        "The automatic check of inclusion criterion I7 is now KPS >= 70; before, KPS >= 60.",
        "The visit Tumor assessment may now be up to 10 days early or late; "
        "before, 1 week either side.",
        'The look "final" at OS now waits for 156 events; before, for 158.',
        'OS gets one more look, "second", at 120 events.',
    ]
    assert touched(changes) == (
        "screening",
        "schedule",
        "deviations",
        "design",
        "looks",
        "analyses",
    )


def test_a_criterion_put_first_changes_no_other():
    added = "include:\n      - {id: I0, text: Consent}"
    assert _sentences(("include:", added)) == ['Inclusion criterion I0 is added: "Consent".']


SENTENCES = {
    ("randomize: 230", "randomize: 260"): (
        "260 patients are to be randomized, 30 more than before (230)."
    ),
    ("dose: 7.4 GBq [r", "dose: 7.2 GBq [r"): (
        "177Lu-Dotatate in the arm 177Lu-Dotatate is now given at 7.2 GBq; before, at 7.4 GBq."
    ),
    ("power: 90%", "power: 85%"): "The power for PFS is now 85%; before, it was 90%.",
    ("ratio: 1:1 [register]", "ratio: 2:1"): "Patients are now randomized 2:1; before, 1:1.",
    ("do: [survival status]", "do: [survival status, laboratory]"): (
        "The visit Survival follow-up now includes laboratory."
    ),
    ("every: 6 months", "every: 3 months"): (
        "The visit Survival follow-up now comes every 3 months; before, every 6 months."
    ),
}


@pytest.mark.parametrize(("change", "sentence"), SENTENCES.items())
def test_sentence(change, sentence):
    changes = [change]
    if "2:1" in change[1]:
        changes += [("blocks: 4 [recalled]", "blocks: 6"), ("final: 158", "final: 150")]
    assert sentence in _sentences(*changes)


def test_what_is_frozen():
    frozen = {
        c.path
        for c in diff(
            OLD,
            _amended(
                ("blocks: 4", "blocks: 6"),
                ("alpha: 5%", "alpha: 4%"),
                ("final: 158", "final: 156"),
                ("label: Octreotide LAR 60 mg", "label: Octreotide"),
            ),
        )
        if c.frozen
    }
    assert frozen == {("allocation", "blocks"), ("design", "alpha")}


def _version(number, since):
    return read_text(
        TEXT.replace(
            "  id: NETTER-1", f'  id: NETTER-1\n  version: "{number}"\n  in force: {since}'
        )
    )


def test_a_subject_is_under_the_version_in_force_that_day():
    versions = [_version(2, "2013-05-01"), _version(1, "2012-01-01")]
    day = dt.date(2013, 4, 30)
    assert in_force(versions, day).trial.version == "1"
    assert in_force(versions, day + dt.timedelta(days=1)).trial.version == "2"
    with pytest.raises(InputError, match="no version"):
        in_force(versions, dt.date(2011, 12, 31))


def test_a_version_must_say_since_when():
    with pytest.raises(InputError, match="in force"):
        in_force([OLD], dt.date(2020, 1, 1))


def test_begun():
    first = read_text(TEXT.replace("  id: NETTER-1", "  id: NETTER-1\n  first patient: 2012-09-06"))
    assert begun(first, _version(2, "2013-05-01")) == dt.date(2012, 9, 6)
    assert begun(first, _version(2, "2012-05-01")) is None
    assert begun(OLD, _version(2, "2012-05-01")) is None
