"""Messages are written with the command, sent by the server, and tell nobody an arm by mistake."""

from __future__ import annotations

import datetime as dt

import pytest

from equipoise.conduct.commands.model import RefusedError
from equipoise.errors import InputError
from equipoise.meaning.check import read_text
from equipoise.service.postman import Postman, mail_server
from equipoise.service.reading.receipt import allocation_receipt
from support.conducted import SMALL, live
from support.smtp import MailBox
from support.stores import DATABASES, SQLITE

PLAN = """conduct:
  e-mail:
    randomized: [investigator, coordinator, unblinded pharmacist, trial office, sponsor]
    unblinded: [trial office]
    trial paused: [coordinator]
"""
SENDER = "trial@example.org"


def conducted(kind, folder, masking):
    text = SMALL.replace("SUBJECTS", "8").replace("METHOD", "blocks: 4").replace("MASKING", masking)
    trial = live(kind, folder, protocol=read_text(text + PLAN))
    return trial


def with_addresses(trial):
    """Accounts that have an address; those of `live` have none."""
    for name, role, site in (
        ("c2", "coordinator", "A"), ("p2", "pharmacist", "A"), ("d2", "data manager", None),
        ("s2", "sponsor", None), ("far", "coordinator", "B"),
    ):  # fmt: skip
        trial.do("adam", "open account", account=name, person=name, email=f"{name}@example.org")
        trial.do("adam", "grant", account=name, role=role, site=site)
    return trial


@pytest.fixture
def box():
    found = MailBox()
    yield found
    found.close()


def postman(trial, box):
    server = mail_server(f"smtp://127.0.0.1:{box.port}", sender=SENDER)
    return Postman(trial.store, server)


def by_address(box):
    return {one["To"].partition("@")[0]: one for one in box.kept}


@pytest.mark.parametrize(("masking", "told"), [
    ("open label", {"c2", "p2"}), ("double blind", {"p2"}),
])  # fmt: skip
@pytest.mark.parametrize("kind", DATABASES)
def test_the_arm_goes_to_those_alone_who_may_know_it(kind, tmp_path, box, masking, told):
    trial = with_addresses(conducted(kind, tmp_path, masking))
    subject = trial.randomized("A")
    assert postman(trial, box).deliver() == 4
    got = by_address(box)
    assert set(got) == {"c2", "p2", "d2", "s2"}  # nobody of the other site
    label = trial.bus.protocol.arms[trial.rows("allocation")[0]["arm"]].label
    assert {one for one, mail in got.items() if label in mail.as_string()} == told
    assert all(subject in mail["Subject"] for mail in got.values())
    assert postman(trial, box).deliver() == 0
    trial.store.engine.dispose()


def test_a_receipt_carries_where_the_audit_tells_of_it(tmp_path, box):
    trial = with_addresses(conducted(SQLITE, tmp_path, "open label"))
    subject = trial.randomized("A")
    postman(trial, box).deliver()
    text = by_address(box)["c2"].get_content()
    [row] = [one for one in trial.rows("audit", chain="site:A")
             if '"table":"allocation"' in one["body"]]  # fmt: skip
    assert f"row {row['n']} of the audit of site:A" in text
    assert row["hash"] in text
    with trial.store.reading() as unit:  # the page of the answer says the same
        assert allocation_receipt(unit, "A", subject)["hash"] == row["hash"]
    assert "AGE" not in text
    trial.store.engine.dispose()


def test_while_the_mail_is_down_the_trial_goes_on_and_the_message_waits(tmp_path, box):
    trial = with_addresses(conducted(SQLITE, tmp_path, "open label"))
    down = Postman(trial.store, mail_server("smtp://127.0.0.1:1", sender=SENDER))
    subject = trial.randomized("A")
    assert down.deliver() == 0
    assert trial.do("iris", "unblind", subject=subject, reason="sepsis")["arm"]
    waits = trial.rows("outbox", kind="randomized")
    assert {one["tries"] for one in waits} == {1}
    assert {one["problem"] for one in waits} == {"ConnectionRefusedError"}
    assert postman(trial, box).deliver() == 1  # the unblinding; the others wait two minutes
    trial.clock.now += dt.timedelta(minutes=3)
    assert postman(trial, box).deliver() == len(waits)
    assert all(one["sent"] for one in trial.rows("outbox"))
    ids = [one["Message-ID"] for one in box.kept]
    assert len(set(ids)) == len(ids)
    trial.store.engine.dispose()


def test_what_a_server_refuses_is_tried_again(tmp_path, box):
    trial = with_addresses(conducted(SQLITE, tmp_path, "open label"))
    trial.do("spike", "pause", reason="safety")
    box.answer = "451 not now"
    assert postman(trial, box).deliver() == 0
    box.answer = "250 kept"
    trial.clock.now += dt.timedelta(minutes=3)
    assert postman(trial, box).deliver() == 2
    assert "safety" not in box.kept[0].as_string()
    trial.store.engine.dispose()


def test_a_refusal_writes_nothing_and_a_repeated_request_nothing_more(tmp_path):
    trial = with_addresses(conducted(SQLITE, tmp_path, "open label"))
    with pytest.raises(RefusedError):
        trial.do("carl", "randomize", subject=trial.screened("A"), revision=99)
    assert trial.rows("outbox") == []
    subject = trial.screened("A")
    for _ in range(2):
        trial.do("carl", "randomize", subject=subject, request="once")
    assert len(trial.rows("outbox")) == 4
    trial.store.engine.dispose()


@pytest.mark.parametrize(("url", "sender", "said"), [
    ("http://mail", SENDER, "expected smtp://"),
    ("smtp://a:b@mail", SENDER, "EQUIPOISE_MAIL_SECRET"),
    ("smtp://mail", "nobody", "no address"),
])  # fmt: skip
def test_a_server_that_cannot_be_read_is_told(url, sender, said):
    with pytest.raises(InputError, match=said):
        mail_server(url, sender=sender)
