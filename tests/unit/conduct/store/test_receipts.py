"""An allocation's receipt is proved by the anchor that was kept, and by nothing else."""

import datetime as dt
import json

import pytest

from equipoise.conduct.store.anchors import ANCHORS, allocation_row, way_to_anchor
from equipoise.conduct.store.canonical import link
from equipoise.conduct.store.receipts import against_receipt, in_receipt
from equipoise.conduct.store.verify import audited
from equipoise.errors import InputError
from support.conducted import live, small
from support.stores import DATABASES, SQLITE


@pytest.fixture(params=DATABASES)
def trial(request, tmp_path):
    found = live(request.param, tmp_path / "t", protocol=small(40))
    yield found
    found.store.engine.dispose()


def anchored(trial):
    with trial.store.reading() as unit:
        return [json.loads(one["body"])["at"] for one in unit.rows("audit", chain="trial")
                if '"table":"anchor"' in one["body"]]  # fmt: skip


def receipt(trial, subject):
    with trial.store.reading() as unit:
        held = unit.row("allocation", "test", subject)
        row = allocation_row(unit.connection, subject, f"site:{held['site']}")
        found = {"row": row, **way_to_anchor(unit.connection, row["chain"], row["n"])}
    return {**found, "arm": held["arm"], "nonce": held["nonce"]}


def kept(trial):
    return (trial.store.folder / ANCHORS).read_text().splitlines(keepends=True)


def test_each_allocation_is_proved_and_no_other_arm(trial):
    subjects = [trial.randomized("AB"[n % 2], SEX="FM"[n % 2]) for n in range(7)]
    trial.store.anchor()
    subjects += [trial.randomized("A") for _ in range(5)]
    trial.store.anchor()
    for subject in subjects:
        one = in_receipt(json.dumps(receipt(trial, subject)), name="r")
        assert [*against_receipt(one, outside=kept(trial))] == []
        other = {**one, "arm": "b" if one["arm"] == "a" else "a"}
        assert [*against_receipt(other)] == [f"the arm is not {other['arm']}"]
    assert one["anchor"]["n"] != receipt(trial, subjects[0])["anchor"]["n"]


def forged(one, part, **cells):
    """A row that was written anew, in agreement with itself."""
    new = {**one[part], **cells}
    new["hash"] = link(new["prev"], new["chain"], new["n"], new["body"])
    return {**one, part: new}


def test_what_was_written_anew_is_found(trial):
    subject = trial.randomized("A")
    trial.store.anchor()
    one = receipt(trial, subject)
    changed = one["row"]["body"].replace('"by":"carl"', '"by":"evil"')
    assert changed != one["row"]["body"]
    silent = {**one, "row": {**one["row"], "body": changed}}
    assert "the row is not as it was written" in [*against_receipt(silent)]
    anew = forged(one, "row", body=changed)
    assert [*against_receipt(anew)] == ["the row is not among those that the anchor holds"]
    body = {**json.loads(one["anchor"]["body"]), "rows": 1}
    other = forged(one, "anchor", body=json.dumps(body))
    assert [*against_receipt(other)] == []  # it agrees with itself, and with no anchor outside
    n = one["anchor"]["n"]
    said = f"trial row {n}: is not what was anchored outside"
    assert [*against_receipt(other, outside=kept(trial))] == [said]
    assert [*against_receipt({**one, "row": {}})] == ["the row lacks a part"]


def test_what_is_not_anchored_yet_has_no_receipt(trial):
    subject = trial.randomized("A")
    trial.store.anchor()
    later = trial.randomized("A")
    receipt(trial, subject)
    with pytest.raises(InputError, match="no anchor holds it yet"):
        receipt(trial, later)
    waiting = trial.screened("A")
    with trial.store.reading() as unit, pytest.raises(InputError, match="is not randomized"):
        allocation_row(unit.connection, waiting, "site:A")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"row": 1, "path": [], "anchor": {}}'])
def test_a_file_that_is_no_receipt_is_told(text):
    with pytest.raises(InputError, match=r"r\.json: is no receipt"):
        in_receipt(text, name="r.json")


def test_a_quarter_of_an_hour_after_an_anchor_the_next_command_brings_one(trial):
    count = len(anchored(trial))
    assert count >= 1  # the first command of all
    trial.screened("A")
    assert len(anchored(trial)) == count
    trial.clock.now += dt.timedelta(minutes=15)
    trial.do("carl", "screen", site="A")
    trial.do("carl", "screen", site="A")
    assert len(anchored(trial)) == count + 1
    trial.do("dana", "cut", cutoff=str(trial.clock.now.date()), reason="unsigned")
    times = anchored(trial)
    assert len(times) == count + 2
    assert [line.split("\t")[0] for line in kept(trial) if "\ttrial\t" in line][-1] == times[-1]


def test_a_command_is_done_where_the_anchor_cannot_be_written(tmp_path):
    trial = live(SQLITE, tmp_path / "t", protocol=small(40))
    (trial.store.folder / ANCHORS).unlink()
    (trial.store.folder / ANCHORS).mkdir()
    trial.clock.now += dt.timedelta(hours=1)
    before = anchored(trial)
    answer = trial.do("carl", "screen", site="A")
    assert answer.warning.startswith("no anchor: anchors.txt cannot be written")
    assert trial.rows("subject", id=answer["subject"])
    assert anchored(trial) == before
    (trial.store.folder / ANCHORS).rmdir()
    assert trial.do("carl", "screen", site="A").warning == ""
    assert len(anchored(trial)) == len(before) + 1


def test_a_torn_line_is_told_and_the_next_begins_anew(tmp_path):
    trial = live(SQLITE, tmp_path / "t", protocol=small(40))
    file = trial.store.folder / ANCHORS
    file.write_text(file.read_text()[:-30])
    trial.store.anchor()
    with trial.store.reading() as unit:
        found = audited(unit.connection, outside=kept(trial))
    (fault,) = found.faults
    assert fault.startswith("trial row ") or fault.endswith("is no line of anchors.txt")
