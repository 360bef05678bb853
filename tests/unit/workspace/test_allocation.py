"""A trial's lists and ledger in its folder, through the functions and through the commands."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest

from equipoise.allocation.lists import Slot
from equipoise.analysis.methods import samples
from equipoise.analysis.methods.chance import Arrival, from_ledger, procedure
from equipoise.errors import InputError
from equipoise.meaning.check import read_text
from equipoise.simulation.object.write_trial import write_trial
from equipoise.workspace.allocation import AllocationFolder
from equipoise.workspace.folder import Workspace
from equipoise.workspace.keys import make_key, read_key
from equipoise.workspace.rerandomize import rerandomize
from support.command import command
from support.spec import plain_yaml
from support.virtual import EXAMPLES, virtual_record, virtual_sdtm

KEY = hashlib.sha256(b"equipoise golden vector 1").digest()
OTHER = hashlib.sha256(b"another key").digest()
FIRST = ("grade 2", "6 months or less")
SECOND = ("grade 4", "more than 6 months")


def netter(**allocation):
    whole = plain_yaml(EXAMPLES / "netter1" / "protocol.yaml")
    strata = whole["allocation"]["strata"]
    if allocation:
        whole["allocation"] = {"ratio": "1:1", "strata": strata, **allocation}
    return read_text(json.dumps(whole))


def folder(tmp_path, kind="test", **allocation):
    return AllocationFolder.of(tmp_path, netter(**allocation), kind)


def active(tmp_path, kind="test", key=KEY, **allocation):
    found = folder(tmp_path, kind, **allocation)
    found.activate(key, length=230, by="A", reviewed_by="B")
    return found


def serve(of, *subjects, stratum=FIRST, key=KEY):
    return [of.serve(key, subject=one, stratum=stratum)["arm"] for one in subjects]


def test_a_list_is_activated_once_and_holds_no_arm(tmp_path):
    of = active(tmp_path)
    text = (of.folder / "list.json").read_text()
    assert "lutate" not in text
    assert KEY.hex() not in text
    with pytest.raises(InputError, match="was activated already"):
        of.activate(KEY, length=230, by="A", reviewed_by="B")


def test_two_persons_activate_a_list(tmp_path):
    with pytest.raises(InputError, match="expected two persons"):
        folder(tmp_path).activate(KEY, length=230, by="A", reviewed_by=" a ")
    assert not (tmp_path / "allocation").exists()


@pytest.mark.parametrize(
    ("allocation", "length", "reason"),
    [
        ({}, 100, "100 slots cannot serve 230 subjects"),
        ({"blocks": "2"}, 230, "a block of 2 holds the ratio"),
    ],
)
def test_a_list_that_is_not_fit_is_not_activated(tmp_path, allocation, length, reason):
    of = folder(tmp_path, "production", **allocation)
    with pytest.raises(InputError, match=reason):
        of.activate(KEY, length=length, by="A", reviewed_by="B")
    assert not (tmp_path / "allocation").exists()


def test_the_same_subject_gets_the_same_answer(tmp_path):
    of = active(tmp_path)
    first = serve(of, "0001", "0002", "0001")
    assert first[0] == first[2]
    assert len(of.lines()) == 2
    with pytest.raises(InputError, match="was allocated in the stratum grade 2"):
        serve(of, "0001", stratum=SECOND)


def test_several_processes_get_one_list_without_a_slot_twice_or_left_out(tmp_path):
    of = active(tmp_path)
    code = (
        "import sys; from pathlib import Path; from equipoise.meaning.check import read\n"
        "from equipoise.workspace.allocation import AllocationFolder\n"
        f"plan = read({str(EXAMPLES / 'netter1')!r})\n"
        f"of = AllocationFolder.of(Path({str(tmp_path)!r}), plan, 'test')\n"
        f"for n in range(15):\n"
        f"    for again in range(2):\n"
        f"        of.serve(bytes.fromhex({KEY.hex()!r}), subject=sys.argv[1] + str(n),"
        f" stratum={FIRST!r})\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = [sys.executable, "-c", code]
    started = [subprocess.Popen([*run, who], env=env) for who in "ABC"]
    assert [one.wait(120) for one in started] == [0, 0, 0]
    lines = of.lines()
    assert [line["slot"] for line in lines] == list(range(1, 46))
    assert len({line["subject"] for line in lines}) == 45
    assert of.replay(KEY) == (45, [], True)


def test_lists_of_different_kinds_never_serve_one_another(tmp_path):
    test, live = active(tmp_path), active(tmp_path, "production")
    served = serve(test, *(f"{n:04d}" for n in range(40)))
    assert serve(live, *(f"{n:04d}" for n in range(40))) != served
    shutil.copy(test.folder / "ledger.jsonl", live.folder / "ledger.jsonl")
    with pytest.raises(InputError, match="was served by another list"):
        serve(live, "0050")
    shutil.copy(test.folder / "list.json", live.folder / "list.json")
    with pytest.raises(InputError, match="holds a test list"):
        serve(live, "0050")
    forged = {**test.stated, "kind": "production"}
    (live.folder / "list.json").write_text(json.dumps(forged))
    with pytest.raises(InputError, match="the key is not that of the production list"):
        serve(live, "0050")


def test_another_key_or_another_allocation_serves_nobody(tmp_path):
    of = active(tmp_path)
    with pytest.raises(InputError, match="the key is not that"):
        serve(of, "0001", key=OTHER)
    changed = folder(tmp_path, blocks="6")
    with pytest.raises(InputError, match="not that of the activated list"):
        serve(changed, "0001")
    with pytest.raises(InputError, match="there is no stratum"):
        serve(of, "0001", stratum=("grade 9", "6 months or less"))
    assert of.lines() == []
    with pytest.raises(InputError, match="no training list was activated"):
        serve(folder(tmp_path, "training"), "0001")


METHODS = {
    "permuted blocks": {"blocks": ["4", "6"]},
    "block urn": {"blocks": "6"},
    "complete": {},
    "big stick": {"limit": "3"},
    "minimization": {"minimization": {"probability": "80%"}},
}


@pytest.mark.parametrize("method", METHODS)
def test_every_allocation_is_reproduced_and_the_commitment_opens(tmp_path, method):
    of = active(tmp_path, method=method, **METHODS[method])
    for n in range(30):
        serve(of, f"{n:04d}", stratum=FIRST if n % 3 else SECOND)
    assert of.replay(KEY) == (30, [], True)
    text, salt = of.reveal(KEY)
    assert hashlib.sha256((text + salt).encode()).hexdigest() == of.stated["commitment"]
    with pytest.raises(InputError, match="was revealed; it serves nobody"):
        serve(of, "0100")
    assert of.replay(KEY) == (30, [], True)


def test_a_ledger_that_was_tampered_with_is_found(tmp_path):
    of = active(tmp_path)
    serve(of, *(f"{n:04d}" for n in range(6)))
    file = of.folder / "ledger.jsonl"
    lines = file.read_text().splitlines()
    other = {"lutate": "octreotide", "octreotide": "lutate"}[of.lines()[2]["arm"]]
    altered = lines[2].replace(of.lines()[2]["arm"], other)
    for wrong in (
        [*lines[:2], altered, *lines[3:]],
        [*lines[:2], *lines[3:]],
        [lines[1], lines[0], *lines[2:]],
        [*lines[:3], lines[2], *lines[3:]],
    ):
        file.write_text("\n".join(wrong) + "\n")
        with pytest.raises(InputError, match="does not follow the line before it"):
            of.lines()
    file.write_text("\n".join([*lines[:5], "{"]))
    with pytest.raises(InputError, match="jsonl:6: is no line of a ledger"):
        of.lines()
    # the last line has no successor: only the key tells
    arm = json.loads(lines[5])["arm"]
    last = lines[5].replace(arm, {"lutate": "octreotide"}.get(arm, "lutate"))
    file.write_text("\n".join([*lines[:5], last]) + "\n")
    count, differs, opens = of.replay(KEY)
    assert (count, len(differs), opens) == (6, 1, True)


def test_a_key_stands_outside_the_trial_and_is_its_owners_alone(tmp_path, monkeypatch):
    trial, keys = tmp_path / "trial", [tmp_path / "one", tmp_path / "two"]
    trial.mkdir()
    make_key(keys, trial=trial)
    whole = read_key(keys, trial=trial)
    assert len(whole) == 32
    assert whole not in (read_key(keys[:1], trial=trial), read_key(keys[1:], trial=trial))
    make_key(keys, trial=trial)
    assert read_key(keys, trial=trial) == whole
    assert keys[0].stat().st_mode & 0o777 == 0o600
    with pytest.raises(InputError, match="stands in the trial's folder"):
        make_key([trial / "key"], trial=trial)
    os.chmod(keys[0], 0o644)
    with pytest.raises(InputError, match="others than its owner"):
        read_key(keys, trial=trial)
    with pytest.raises(InputError, match="there is no such key"):
        read_key([tmp_path / "three"], trial=trial)
    monkeypatch.setenv("EQUIPOISE_KEY", KEY.hex())
    assert read_key([], trial=trial) == KEY
    monkeypatch.setenv("EQUIPOISE_KEY", "secret")
    with pytest.raises(InputError, match="holds no key"):
        read_key([], trial=trial)


@pytest.fixture(scope="module")
def conducted(tmp_path_factory):
    """A virtual NETTER-1 whose ledger holds its subjects as they were randomized."""
    trial = tmp_path_factory.mktemp("trial")
    shutil.copy(EXAMPLES / "netter1" / "protocol.yaml", trial)
    write_trial(virtual_record(), virtual_sdtm(), trial / "sdtm")
    of = AllocationFolder.of(trial, netter(), "test")
    of.activate(KEY, length=230, by="A", reviewed_by="B")
    for number, one in enumerate(virtual_record().table("subjects").iter_rows(named=True)):
        slot = Slot(one["arm"], number + 1)
        of._append(of.lines(), one["subject"], (one["UPTAKE"], one["SSADUR"]), slot)
    return Workspace.at(trial), of


def ledger_test(conducted, **changes):
    space, of = conducted
    asked = {"estimand": "PFS", "look": "PFS final", "draws": 200, "seed": 1, **changes}
    return rerandomize(space, of, **asked)


def test_the_data_are_tested_by_the_ledger(conducted):
    found = ledger_test(conducted)
    assert (found.draws, found.exceedances) == (200, 0)
    assert found.p == 1 / 201
    assert ledger_test(conducted, seed=2).statistic == found.statistic > 5


def test_a_ledger_in_the_order_of_arrival_gives_what_the_data_give(conducted):
    space, of = conducted
    sample = next(iter(samples(space.derived("PFS final"), "PFS")))
    lines = [Arrival(o["subject"], tuple(o["stratum"]), o["arm"]) for o in of.lines()]
    one, other = from_ledger(sample, lines, seed=4), procedure(sample, seed=4)
    for number in range(5):
        assert (one(number) == other(number)).all()
    moved = from_ledger(sample, [*lines[100:], *lines[:100]], seed=4)
    assert (moved(0) != other(0)).any()


def test_a_ledger_of_other_data_is_refused(conducted):
    space, of = conducted
    sample = next(iter(samples(space.derived("PFS final"), "PFS")))
    lines = [Arrival(o["subject"], tuple(o["stratum"]), o["arm"]) for o in of.lines()]
    with pytest.raises(InputError, match="the ledger lacks 1 subjects, the first 0001"):
        from_ledger(sample, lines[1:], seed=1)
    other = {"lutate": "octreotide", "octreotide": "lutate"}[lines[0].arm]
    with pytest.raises(InputError, match="0001: the arm of the ledger is not that of the data"):
        from_ledger(sample, [lines[0]._replace(arm=other), *lines[1:]], seed=1)
    with pytest.raises(InputError, match="there is no estimand"):
        ledger_test(conducted, estimand="PSF")
    with pytest.raises(InputError, match="times to an event"):
        ledger_test(conducted, estimand="ORR")


def test_the_commands_walk_a_list_through(tmp_path):
    trial, key = tmp_path / "trial", tmp_path / "key"
    trial.mkdir()
    shutil.copy(EXAMPLES / "netter1" / "protocol.yaml", trial)
    with_key = ("--key", key)
    reviewed = command("allocate", "review", trial, *with_key)
    assert reviewed.code == 0
    assert "230 slots in each list, for 230 subjects" in reviewed.out
    assert not (trial / "allocation").exists()
    made = command("allocate", "activate", trial, "--made-by", "A", "--reviewed-by", "B", *with_key)
    assert "test list of NETTER-1 activated; commitment" in made.out
    levels = ("--level", "UPTAKE=grade 2", "--level", "SSADUR=6 months or less")
    asked = ("allocate", "next", trial, "--subject", "0001")
    first = command(*asked, *levels, *with_key)
    assert first.out.endswith("allocation 1  (test list)\n")
    assert command(*asked, *levels, *with_key).out == first.out
    lacking = command(*asked, "--level", "SEX=F", *with_key)
    assert lacking.code == 1
    assert lacking.err.splitlines()[:2] == [
        "UPTAKE: no level is given",
        "SSADUR: no level is given",
    ]
    replayed = command("allocate", "replay", trial, *with_key)
    assert replayed.out == "1 of 1 reproduced; commitment opens\n"
    shown = command("allocate", "reveal", trial, "-o", tmp_path / "list.txt", *with_key)
    salt = shown.out.split()[1]
    whole = (tmp_path / "list.txt").read_text() + salt
    assert hashlib.sha256(whole.encode()).hexdigest() in shown.out
    assert command("allocate", "replay", trial, "--kind", "demo").code == 1


def test_a_list_not_fit_is_told_by_its_review(tmp_path):
    trial, key = tmp_path / "trial", tmp_path / "key"
    trial.mkdir()
    text = (EXAMPLES / "netter1" / "protocol.yaml").read_text()
    (trial / "protocol.yaml").write_text(text.replace("blocks: 4 [recalled]", "blocks: 2"))
    said = command("allocate", "review", trial, "--kind", "production", "--key", key)
    assert said.code == 1
    assert "wrong: a block of 2 holds the ratio 1:1 once" in said.out
