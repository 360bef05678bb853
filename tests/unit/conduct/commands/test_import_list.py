"""Old allocations come as a closed list, which nothing continues without a signature."""

import json

import pytest

from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.replayed import replayed
from equipoise.conduct.store.verify import audited
from support.conducted import opened, small
from support.stores import DATABASES, SQLITE

OLD = """subject,site,arm,randomized,SEX,REGION,consented
X-1,A,a,2025-11-02,F,north,2025-11-01
X-2,B,b,2025-11-03T10:00:00+01:00,M,south,
X-3,A,b,2025-11-09,F,north,2025-11-08
"""


@pytest.fixture(params=DATABASES)
def trial(request, tmp_path):
    found = opened(request.param, tmp_path / "t", protocol=small(6))
    yield found
    found.store.engine.dispose()


def taken_in(trial, text=OLD):
    return trial.do("uma", "import list", file="old.csv", text=text)


def reasons(trial, by, name, **given):
    before = trial.audit_rows()
    with pytest.raises(RefusedError) as found:
        trial.do(by, name, **given)
    assert trial.audit_rows() == before
    return found.value.reasons


def begin(trial):
    trial.do("ulf", "review list")
    trial.do("uma", "activate list", reviewed_by="ulf")
    trial.do("spike", "set trial", to="live")


def test_old_allocations_are_not_continued_without_a_signature(trial):
    answer = taken_in(trial)
    assert answer["subjects"] == 3
    rows = {one["subject"]: (one["arm"], one["slot"]) for one in trial.rows("allocation")}
    assert rows == {"X-1": ("a", 1), "X-2": ("b", 1), "X-3": ("b", 2)}
    days = {one["id"]: one["randomized"] for one in trial.rows("subject")}
    assert days["X-1"] == "2025-11-02T12:00:00.000000Z"
    assert days["X-2"] == "2025-11-03T09:00:00.000000Z"
    bodies = [json.loads(one["body"]) for one in trial.rows("audit", subject="X-1")]
    assert {one["reason"] for one in bodies} == {f"import of old.csv, sha256 {answer['sha256']}"}
    trial.do("ulf", "review list")
    asked = {"by": "uma", "name": "activate list", "reviewed_by": "ulf"}
    assert reasons(trial, **asked) == (
        "3 allocations were imported, and new blocks would begin beside them; a statistician must "
        "sign: `sign imported list`",
    )
    with pytest.raises(RefusedError, match="a reason must be given"):
        trial.do("ulf", "sign imported list")
    trial.do("ulf", "sign imported list", reason="blocks of 4 in each stratum begin afresh")
    begin(trial)
    assert reasons(trial, "ulf", "sign imported list", reason="x") == (
        "the imported list is signed",
    )
    for _ in range(3):
        trial.randomized("A")
    last = trial.screened("B")
    full = ("the trial has randomized 6, all that it wanted",)
    assert reasons(trial, "carl", "randomize", subject=last) == full
    with trial.store.reading() as unit:
        assert replayed(unit, trial.bus.lists.secret) == (3, [], True)
        assert audited(unit.connection).faults == ()


def test_minimization_weighs_those_who_came_before(tmp_path):
    method = "method: minimization, minimization: {probability: 99%}"
    trial = opened(SQLITE, tmp_path / "t", protocol=small(40, method=method))
    lines = [f"X-{n},A,a,2025-11-02,F,north,2025-11-01" for n in range(12)]
    taken_in(trial, OLD.splitlines()[0] + "\n" + "\n".join(lines))
    trial.do("ulf", "sign imported list", reason="all are weighed")
    begin(trial)
    new = [trial.randomized("A", SEX="F", REGION="north") for _ in range(10)]
    arms = [one["arm"] for one in trial.rows("allocation") if one["subject"] in new]
    assert arms.count("b") >= 9
    with trial.store.reading() as unit:
        assert replayed(unit, trial.bus.lists.secret) == (10, [], True)


def test_every_line_that_cannot_be_taken_in_is_told(trial):
    text = """subject,site,arm,randomized,SEX,REGION
X-1,Z,c,2025-11-02,F,east
X-1,A,a,soon,F,north
,A,a,2031-01-01,F,north
X-4,A,a,2025-11-02T10:00:00,F
"""
    told = reasons(trial, "uma", "import list", file="old.csv", text=text)
    assert told == (
        "old.csv:2: there is no site Z",
        "old.csv:2: there is no arm c; expected a, b",
        "old.csv:2: REGION is 'east'; expected north, south",
        "old.csv:3: there is a subject X-1 already",
        "old.csv:3: randomized is 'soon'; expected 2026-01-31 or a time with a zone",
        "old.csv:4: no subject is named",
        "old.csv:4: randomized 2031-01-01 is still to come",
        "old.csv:5: has not as many cells as the first line",
    )
    told = reasons(trial, "uma", "import list", file="old.csv", text="subject,arm\n1,a\n")
    assert told == ("old.csv:1: no column site, randomized, SEX, REGION",)
    told = reasons(trial, "uma", "import list", file="old.csv", text="")
    assert told[0].startswith("old.csv:1: no column subject")


def test_it_comes_once_and_before_all_else(trial):
    assert reasons(trial, "ulf", "sign imported list", reason="x") == ("no list was imported",)
    begin(trial)
    told = reasons(trial, "uma", "import list", file="old.csv", text=OLD)
    assert told == (
        "a list was imported or activated already",
        "the trial is live; old allocations come before it is live",
    )
