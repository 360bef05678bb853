"""A planted bug in a list, a ledger or a method turns what they promise red."""

import hashlib
import json

import pytest

from equipoise.allocation import lists, secret
from equipoise.allocation.lists import SecretList
from equipoise.allocation.secret import list_key
from equipoise.errors import InputError
from equipoise.kernels import procedures
from equipoise.kernels.procedures import MINIMIZATION, make_procedure
from equipoise.workspace.allocation import AllocationFolder
from support.mutants import plant
from support.virtual import netter

KEY = hashlib.sha256(b"a key").digest()
STRATUM = ("grade 2", "6 months or less")
KINDS = ("production", "training", "test")


def kinds_differ():
    plan = netter().allocation
    made = [
        SecretList(plan, ("A", "B"), secret.list_key(KEY, kind=kind, trial="X"), 60)
        for kind in KINDS
    ]
    assert len({one.text() for one in made}) == len(KINDS)


def ledger_is_kept(tmp_path):
    of = AllocationFolder.of(tmp_path, netter(), "test")
    of.activate(KEY, length=230, by="A", reviewed_by="B")
    served = [of.serve(KEY, subject=f"{n:04d}", stratum=STRATUM)["arm"] for n in range(12)]
    again = [of.serve(KEY, subject=f"{n:04d}", stratum=STRATUM)["arm"] for n in range(12)]
    assert again == served
    assert len(of.lines()) == 12
    assert set(served) == set(netter().arms)
    assert of.replay(KEY) == (12, [], True)
    file = of.folder / "ledger.jsonl"
    lines = file.read_text().splitlines()
    with pytest.raises(InputError, match="does not follow"):
        _with(of, [*lines[:4], *lines[5:]]).lines()
    late = lines[4].replace('"slot":5', '"slot":6')
    with pytest.raises(InputError, match="does not follow"):
        _with(of, [*lines[:4], late, *lines[5:]]).lines()
    last = json.loads(lines[-1])
    last["arm"] = {"lutate": "octreotide", "octreotide": "lutate"}[last["arm"]]
    assert len(_with(of, [*lines[:-1], json.dumps(last)]).replay(KEY)[1]) == 1
    last["list"] = "another"
    with pytest.raises(InputError, match="another list"):
        _with(of, [*lines[:-1], json.dumps(last)]).lines()


def _with(of, lines):
    (of.folder / "ledger.jsonl").write_text("\n".join(lines) + "\n")
    return of


def han_holds():
    made = make_procedure(MINIMIZATION, preferred=0.7, weight=(1,))
    weights = procedures.minimized(made, (1, 2, 3), [[4, 20, 30]])
    assert [w / 2**31 for w in weights] == pytest.approx([0.70, 0.12, 0.18], abs=1e-9)
    level = make_procedure(MINIMIZATION, preferred=0.7, weight=(1,), measure=procedures.MARGINAL)
    tied = procedures.minimized(level, (1, 2, 3), [[0, 0, 0]])
    assert sum(tied) == 2**31
    assert [w / 2**31 for w in tied] == pytest.approx([1 / 6, 1 / 3, 1 / 2], abs=1e-9)


def commitment_opens():
    made = SecretList(netter().allocation, ("A", "B"), list_key(KEY, kind="test", trial="X"), 8)
    whole = made.text() + secret.salt(made.key)
    assert made.commitment() == hashlib.sha256(whole.encode()).hexdigest()


def test_what_is_promised_holds(tmp_path):
    kinds_differ()
    ledger_is_kept(tmp_path)
    han_holds()
    commitment_opens()


def test_kinds_that_share_a_key_are_found(monkeypatch):
    plant(monkeypatch, secret.list_key, '{_LIST}|{kind}|{trial}"', '{_LIST}|{trial}"')
    with pytest.raises(AssertionError):
        kinds_differ()


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        # a subject asked for twice is allocated twice
        (AllocationFolder.serve, 'if one["subject"] == subject:', "if False:"),
        # the chain is not looked at
        (AllocationFolder.lines, 'if one["before"] != before or', "if"),
        # lines of another list pass
        (AllocationFolder.lines, '!= self.stated["commitment"]', "is None"),
        # replay compares what was recorded with itself
        (AllocationFolder.replay, "(slot.arm, slot.number)", "(one.arm, slot.number)"),
        # every slot is the first of its list
        (
            lists.SecretList.slot,
            "self.entries(stratum, used + 1)[-1]",
            "self.entries(stratum, 1)[-1]",
        ),
    ],
)
def test_a_ledger_that_does_not_keep_its_promises_is_found(
    monkeypatch, tmp_path, function, right, wrong
):
    plant(monkeypatch, function, right, wrong)
    with pytest.raises((AssertionError, pytest.fail.Exception, InputError)):
        ledger_is_kept(tmp_path)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        # every preferred arm has the chance of the smallest
        ("(whole - own) / smallest", "1.0"),
        # the rest is shared evenly
        ("* r / (whole - own)", "/ (len(ratio) - 1)"),
        # of several arms each is preferred alike
        ("share = own / among", "share = 1 / sum(tied)"),
    ],
)
def test_wrong_chances_of_minimization_are_found(monkeypatch, right, wrong):
    plant(monkeypatch, procedures.minimized, right, wrong)
    with pytest.raises(AssertionError):
        han_holds()


def test_a_list_without_salt_is_found(monkeypatch):
    plant(monkeypatch, lists.SecretList.commitment, "self.text() + salt(self.key)", "self.text()")
    with pytest.raises(AssertionError):
        commitment_opens()
