"""Every refusal says all that stands in the way, and writes nothing."""

from __future__ import annotations

import pytest

from equipoise.conduct.commands.bus import Bus
from equipoise.conduct.commands.closing.freeze import Freeze
from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.commands.subjects.screen import Screen
from equipoise.conduct.store.store import Store
from support.conducted import BASELINE, PEOPLE, all_met, lists, live, opened, small
from support.stores import DATABASES, POSTGRESQL, SQLITE
from support.virtual import netter

ARMS = ("lutate", "octreotide", "LUTATE", "OCTREOTIDE", "177Lu")


def refused(trial, by, name, **given):
    """The reasons, after the audit was seen to have not a row more."""
    before = trial.audit_rows()
    with pytest.raises(RefusedError) as found:
        trial.do(by, name, **given)
    assert trial.audit_rows() == before
    assert not any(arm in str(found.value) for arm in ARMS)
    return found.value.reasons


@pytest.fixture(params=DATABASES)
def trial(request, tmp_path):
    found = live(request.param, tmp_path)
    yield found
    found.store.engine.dispose()


@pytest.fixture
def quick(tmp_path):
    found = live(SQLITE, tmp_path)
    yield found
    found.store.engine.dispose()


def test_all_reasons_against_randomization_at_once(trial):
    subject = trial.do("carl", "screen", site="A")["subject"]
    trial.do("adam", "open site", site="C")
    trial.do("adam", "set site", site="A", to="paused", reason="audit")
    trial.do("dsmb", "pause", reason="safety")
    assert refused(trial, "carl", "randomize", subject=subject) == (
        "the trial is paused: safety",
        "the site is paused",
        "the consent has no date",
        "A-001 is screened, not eligible",
        "the baseline form is not entered",
    )


def test_an_unsigned_form_and_a_missing_stratum(trial):
    subject = trial.do("carl", "screen", site="A")["subject"]
    trial.do("carl", "consent", subject=subject, on="2026-01-05")
    rows = [{name: said for name, said in BASELINE.items() if name != "UPTAKE"}]
    trial.do("carl", "submit form", subject=subject, key="baseline", rows=rows)
    trial.do("iris", "judge eligibility", subject=subject, met=all_met(trial.bus.protocol))
    assert refused(trial, "carl", "randomize", subject=subject) == (
        "the baseline form is not signed",
        "the stratum UPTAKE is not known",
    )


def test_a_site_that_has_not_approved_the_version(quick):
    quick.do("adam", "open site", site="C")
    reasons = refused(quick, "adam", "set site", site="C", to="active")
    assert reasons == ("C is planned; it cannot become active",)
    assert refused(quick, "carl", "screen", site="C") == ("carl may not do this at C",)


def test_caps_of_the_site_and_of_the_trial(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(4))
    trial.randomized("B")
    trial.do("adam", "open site", site="C", cap=1)
    trial.do("adam", "approve version", site="C", version="1", approved_on="2026-01-02")
    trial.do("adam", "set site", site="C", to="active")
    for person in ("carl", "iris"):
        trial.do("adam", "grant", account=person, role=PEOPLE[person], site="C")
    trial.randomized("C")
    full = trial.screened("C")
    expected = ("the site has randomized 1, the most it may",)
    assert refused(trial, "carl", "randomize", subject=full) == expected
    trial.randomized("A")
    trial.randomized("B")
    last = trial.screened("A")
    expected = ("the trial has randomized 4, all that it wanted",)
    assert refused(trial, "carl", "randomize", subject=last) == expected


def test_a_list_that_is_used_up(tmp_path, monkeypatch):
    protocol = small(12)
    trial = live(SQLITE, tmp_path, protocol=protocol, served=lists(protocol, "test", length=12))
    for _ in range(6):
        trial.randomized("A")
        trial.randomized("B")
    subject = trial.screened("A")
    monkeypatch.setattr("equipoise.conduct.commands.bus.version_of", lambda *_: small(40))
    object.__setattr__(trial.bus, "protocol", small(40))
    expected = ("the list of the stratum is used up",)
    assert refused(trial, "carl", "randomize", subject=subject) == expected


def test_lists_of_another_kind_never_serve(tmp_path):
    """A training list in a trial that is real, and another key for the same kind."""
    wrong = opened(SQLITE, tmp_path / "a", list_kind="test", served=lists(netter(), "training"))
    wrong.do("ulf", "review list")
    wrong.do("uma", "activate list", reviewed_by="ulf")
    wrong.do("spike", "set trial", to="live")
    subject = wrong.screened()
    right = lists(netter(), "test")
    object.__setattr__(wrong.bus, "lists", right)
    reasons = refused(wrong, "carl", "randomize", subject=subject)
    assert reasons == ("the key is not that of the test list",)


def test_a_list_needs_two_statisticians(tmp_path):
    trial = opened(SQLITE, tmp_path)
    assert refused(trial, "spike", "set trial", to="live") == ("no test list was activated",)
    reasons = refused(trial, "uma", "activate list", reviewed_by="uma")
    assert reasons == (
        "uma made the list and reviewed it; expected two persons",
        "uma has not read the review of this list; `review list` shows it",
    )
    reasons = refused(trial, "uma", "activate list", reviewed_by="ulf")
    assert reasons == ("ulf has not read the review of this list; `review list` shows it",)
    other = lists(netter(), "test", length=310)
    trial.do("ulf", "review list")
    object.__setattr__(trial.bus, "lists", other)  # what was read is not what is at hand
    assert refused(trial, "uma", "activate list", reviewed_by="ulf") == reasons
    reasons = refused(trial, "uma", "activate list", reviewed_by="bert")
    assert reasons == ("bert is no unblinded statistician",)
    assert refused(trial, "bert", "activate list", reviewed_by="ulf") == ("bert may not do this",)


def test_a_revealed_list_serves_nobody(quick):
    subject = quick.screened()
    reasons = refused(quick, "uma", "reveal list", reason="the end")
    assert reasons == ("the trial is live; a list that still serves is not revealed",)
    quick.do("dsmb", "pause", reason="the end")
    quick.do("uma", "reveal list", reason="the end")
    quick.do("spike", "resume", reason="a mistake")
    expected = ("the test list was revealed; it serves nobody any more",)
    assert refused(quick, "carl", "randomize", subject=subject) == expected


def test_eligibility_is_not_judged_against_what_was_measured(quick):
    subject = quick.do("carl", "screen", site="A")["subject"]
    quick.do("carl", "consent", subject=subject, on="2026-01-05")
    rows = [{**BASELINE, "KPS": 50}]
    quick.do("carl", "submit form", subject=subject, key="baseline", rows=rows)
    met = all_met(quick.bus.protocol)
    reasons = refused(quick, "iris", "judge eligibility", subject=subject, met=met)
    assert reasons == ("I7 is not met by what was measured: KPS >= 60",)
    assert refused(quick, "carl", "judge eligibility", subject=subject, met=met)
    failed = quick.do("iris", "judge eligibility", subject=subject, met={**met, "I7": False})
    assert failed["state"] == "screen failure"
    assert "A-001 is screen failure, not eligible" in refused(
        quick, "carl", "randomize", subject=subject
    )


def test_what_is_measured_after_the_judgement_counts(quick):
    subject = quick.screened()
    form = quick.baseline_form(subject)
    quick.do("carl", "correct", form=form, item="AGE", answer=17, reason="typo")
    quick.do("iris", "sign", form=form)
    expected = ("I4 is not met by what was measured: AGE >= 18",)
    assert refused(quick, "carl", "randomize", subject=subject) == expected


@pytest.mark.parametrize(
    ("by", "name", "given", "reason"),
    [
        ("nobody", "screen", {"site": "A"}, "nobody has no account that is active"),
        ("spike", "screen", {"site": "A"}, "spike may not do this at A"),
        ("adam", "grant", {"account": "adam", "role": "investigator", "site": "A"},
         "adam cannot grant himself the role investigator; a second person must"),
        ("adam", "grant", {"account": "carl", "role": "monitor"},
         "the role monitor is of a site; none is named"),
        ("carl", "consent", {"subject": "A-001", "on": "2027-01-01"},
         "consented on 2027-01-01, which is still to come"),
        ("dsmb", "pause", {}, "a reason must be given"),
        ("iris", "unblind", {"subject": "A-001"}, "a reason must be given"),
        ("iris", "unblind", {"subject": "A-001", "reason": " "}, "a reason must be given"),
        ("mona", "correct", {"form": "A-001/F00001", "item": "AGE", "answer": 61, "reason": "x"},
         "mona may not do this at A"),
        ("carl", "correct", {"form": "A-001/F00001", "item": "AGE", "answer": 61},
         "a reason must be given"),
        ("carl", "correct",
         {"form": "A-001/F00001", "item": "UPTAKE", "answer": "grade 9", "reason": "x"},
         "baseline: UPTAKE is 'grade 9'; expected one of grade 2, grade 3, grade 4"),
        ("carl", "correct",
         {"form": "A-001/F00001", "item": "AGE", "answer": 1, "reason": "x", "revision": 7},
         "A-001/F00001 is at revision 2; you saw 7"),
        ("carl", "submit form", {"subject": "A-001", "key": "laboratory", "rows": [{}]},
         "laboratory: its visit is not named"),
        ("carl", "submit form", {"subject": "A-001", "key": "adverse event", "rows": [
            {"term": "Nausea", "start": "2026-01-04", "end": "2026-01-02", "grade": 1.5}]},
         "adverse event: it ended on 2026-01-02, before it began on 2026-01-04"),
        ("carl", "open visit", {"subject": "A-001", "key": "scan", "on": "2026-01-05"},
         "scan is held after randomization"),
        ("carl", "give dose", {"subject": "A-001", "drug": "octreotide LAR", "amount": 30,
                               "unit": "mg", "on": "2026-01-05"}, "A-001 is not randomized"),
        ("dana", "unfreeze", {"reason": "x"}, "the trial is not frozen"),
        ("dana", "freeze", {"scope": "site Z"},
         'there is no site Z; expected "trial", "site X" or "subject X"'),
        ("carl", "end part", {"subject": "A-001", "part": "treatment", "because": "DEATH",
                              "on": "2026-01-05"},
         "no death was recorded; `record death` does, and ends both"),
    ],
)  # fmt: skip
def test_it_is_refused_with_the_reason(by, name, given, reason, quick):
    subject = quick.screened()
    assert subject == "A-001"
    assert reason in refused(quick, by, name, **given)


def test_nothing_of_what_is_frozen_is_written(quick):
    """By whatever way it comes: one command, or many at once as an import sends them."""
    subject = quick.randomized()
    quick.do("dana", "freeze", scope="site A")
    form = quick.baseline_form(subject)
    correction = {"form": form, "item": "AGE", "answer": 61, "reason": "typo"}
    shut = ("the data of the site A are frozen",)
    assert refused(quick, "carl", "correct", **correction) == shut
    assert refused(quick, "carl", "screen", site="A") == shut
    imported_is_refused(quick, correction)
    quick.do("carl", "screen", site="B")
    assert quick.do("iris", "unblind", subject=subject, reason="surgery")["arm"]
    quick.do("dana", "unfreeze", scope="site A", reason="a late correction")
    quick.do("carl", "correct", **correction)
    quick.do("dana", "freeze")
    quick.do("dana", "lock", reason="the end")
    assert refused(quick, "dana", "unfreeze", reason="x") == ("the trial is locked",)


def test_a_freeze_that_comes_while_something_is_entered_stops_it(tmp_path, monkeypatch):
    """On PostgreSQL both are under way at once; what is told as frozen is."""
    trial = live(POSTGRESQL, tmp_path)
    other = Store.open(trial.where, folder=tmp_path, clock=trial.clock)
    enter = Screen.do

    def frozen_meanwhile(self, desk):
        answer = enter(self, desk)
        Bus(other, trial.bus.protocol).send(Freeze(), by="dana", key="meanwhile")
        return answer

    monkeypatch.setattr(Screen, "do", frozen_meanwhile)
    with pytest.raises(RefusedError, match="the data of the trial are frozen"):
        trial.do("carl", "screen", site="A")
    assert trial.rows("subject") == []
    assert [one["kind"] for one in trial.rows("freeze")] == ["freeze"]
    other.engine.dispose()
    trial.store.engine.dispose()


def imported_is_refused(trial, correction):
    from equipoise.conduct.commands.entering.correct import Correct

    before = trial.audit_rows()
    asked = [(Correct(**correction), "carl", "import 1")]
    with pytest.raises(RefusedError, match="are frozen"):
        trial.bus.send_all(asked)
    assert trial.audit_rows() == before


def test_after_death_nothing_is_dated_later(quick):
    subject = quick.randomized()
    quick.clock.to(quick.clock.now.date().replace(month=3))
    quick.do("carl", "record death", subject=subject, on="2026-02-01")
    event = {"subject": subject, "key": "adverse event"}
    late = refused(quick, "carl", "submit form", rows=[{"term": "Nausea", "start": "2026-02-02"}],
                   **event)  # fmt: skip
    assert late == ("adverse event: start is 2026-02-02, after death on 2026-02-01",)
    quick.do("carl", "submit form", rows=[{"term": "Nausea", "start": "2026-01-31"}], **event)
    late = refused(quick, "carl", "open visit", subject=subject, key="scan", on="2026-02-20")
    assert "held on 2026-02-20, after death on 2026-02-01" in late
    assert refused(quick, "carl", "record death", subject=subject, on="2026-02-01") == (
        "died on 2026-02-01",
    )


def test_a_key_of_another_command_is_refused(quick):
    quick.do("carl", "screen", site="A", request="once")
    reasons = refused(quick, "carl", "screen", site="B", request="once")
    assert reasons == ("the key once was used for another command",)
