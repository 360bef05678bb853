"""Every command: what changed in the database is what the audit says, no more and no less.

From nothing to a value, from a value to nothing, the first entry, many at once.
"""

from __future__ import annotations

import datetime as dt
import json

import pytest

from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.store.canonical import fingerprint_of, sealed
from equipoise.conduct.store.tables import AUDITED, DIGESTED, SEALED, TABLES, UNTOLD
from equipoise.protocol.read.resolve import resolve
from support.conducted import BASELINE, Conducted, all_met, opened
from support.stores import SQLITE

PARTS = ("kind", "value", "unit", "missing")


def snapshot(trial):
    """(table, key, column) -> what stands there, as the audit would tell it."""
    found = {}
    with trial.store.reading() as unit:
        for table in AUDITED:
            names = [column.name for column in TABLES[table].primary_key.columns]
            for row in unit.rows(table):
                key = tuple(row[name] for name in names)
                if table == "value":
                    found["form", key[:1], f"item {key[1]}"] = [row[part] for part in PARTS]
                    continue
                for column, value in row.items():
                    if column in UNTOLD or value is None:
                        continue
                    is_sealed = column in SEALED.get(table, ()) and row["nonce"]
                    told = sealed(value, row["nonce"]) if is_sealed else value
                    told = {"sha256": fingerprint_of(value)} if column in DIGESTED else told
                    found[table, key, column] = told
    return found


def told(bodies):
    """What rows of the audit say changed: place -> before and after."""
    found = {}
    for body in map(json.loads, bodies):
        key = tuple(body["key"])
        changes = dict(body["change"])
        changes |= {f"item {item}": [old, new] for item, old, new in body.get("values", ())}
        for name, (old, new) in changes.items():
            place = (body["table"], key, name)
            found[place] = (found[place][0] if place in found else old, new)
    return {place: pair for place, pair in found.items() if pair[0] != pair[1]}


def bodies(trial):
    """All but anchors, behind which no record stands."""
    found = [one["body"] for one in trial.rows("audit")]
    return [one for one in found if json.loads(one)["table"] != "anchor"]


class Watched(Conducted):
    """A trial whose every command is compared with the audit."""

    def do(self, by, name, **given):
        before, known = snapshot(self), set(bodies(self))
        answer = super().do(by, name, **given)
        compare(before, snapshot(self), [one for one in bodies(self) if one not in known])
        self.seen = {*getattr(self, "seen", ()), name}
        return answer


def compare(before, after, rows):
    changed = {
        place: (before.get(place), after.get(place))
        for place in {*before, *after}
        if before.get(place) != after.get(place)
    }
    assert told(rows) == changed
    records = {(place[0], place[1]) for place in changed}
    assert len({(json.loads(r)["table"], tuple(json.loads(r)["key"])) for r in rows}) == len(
        records
    )


def walk(trial):
    """A trial in which every command is sent once at least."""
    day = "2026-01-05"
    trial.do("uma", "import list", file="old.csv", text=OLD)
    trial.do("ulf", "sign imported list", reason="blocks begin afresh")
    trial.do("ulf", "review list")
    trial.do("uma", "activate list", reviewed_by="ulf")
    trial.do("spike", "set trial", to="live")
    trial.do("adam", "open account", account="x", person="X")
    trial.do("adam", "close account", account="x", reason="left")
    trial.do("adam", "reset", account="x", reason="back")
    grant = trial.do("adam", "grant", account="mona", role="data manager")["grant"]
    trial.do("adam", "revoke", grant=grant, reason="a mistake")
    token = {"role": "monitor", "site": "A", "until": "2026-12-31", "label": "a program"}
    made = trial.do("mona", "make token", digest="a" * 64, **token)["token"]
    trial.do("mona", "revoke token", token=made, reason="lost")
    trial.do("adam", "open site", site="C")
    trial.do("adam", "approve version", site="C", version="1", approved_on="2026-01-02")
    trial.do("adam", "set site", site="C", to="active")
    trial.do("carl", "set ranges", site="A", text=RANGES)
    trial.do("iris", "set ranges", site="A", text=RANGES.replace("45", ""), reason="none is told")
    subject = trial.do("carl", "screen", site="A")["subject"]
    trial.do("carl", "consent", subject=subject, on="2026-01-04")
    trial.do("carl", "consent", subject=subject, on=day, reason="misread")
    draft = trial.do("carl", "save draft", subject=subject, key="baseline",
                     answers={"AGE": None, "SEX": "F"})["form"]  # fmt: skip
    answers = {**BASELINE, "WEIGHT": 70.5}
    trial.do("carl", "save draft", subject=subject, key="baseline", form=draft, answers=answers)
    trial.do("carl", "submit draft", form=draft)
    again = {"subject": subject, "key": "baseline", "rows": [answers]}
    trial.do("carl", "clear form", form=draft, reason="of another person")
    (draft,) = trial.do("carl", "submit form", **again)["forms"]
    trial.do("carl", "correct", form=draft, item="WEIGHT", answer=None, missing="not done",
             reason="another patient's")  # fmt: skip
    trial.do("carl", "correct", form=draft, item="WEIGHT", answer=71, reason="done later")
    trial.do("carl", "correct", form=draft, item="HEIGHT", answer=170, reason="left out")
    query = trial.do("dana", "raise query", form=draft, item="AGE", text="60?")["query"]
    trial.do("carl", "answer query", query=query, text="yes")
    trial.do("dana", "close query", query=query)
    trial.do("mona", "verify", form=draft)
    trial.do("iris", "sign", form=draft)
    trial.do("iris", "judge eligibility", subject=subject, met=all_met(trial.bus.protocol))
    envelopes(trial)
    trial.do("carl", "randomize", subject=subject)
    arm = trial.rows("allocation", subject=subject)[0]["arm"]
    drug = trial.bus.protocol.arms[arm].give[-1].drug
    visit = trial.do("carl", "open visit", subject=subject, key="survival sweep", on=day)["visit"]
    rows = [{"code": "PLAT", "test": "Platelets", "unit": "10^9/L", "value": value}
            for value in (100, 0.1)]  # fmt: skip
    trial.do("carl", "submit form", subject=subject, key="laboratory", visit=visit, rows=rows)
    event = [{"term": "Sepsis", "start": day, "serious": True, "grade": 4, "end": None}]
    (form,) = trial.do("carl", "submit form", subject=subject, key="adverse event", rows=event)[
        "forms"
    ]
    trial.do("carl", "correct", form=form, item="end", answer=day, reason="it ended")
    trial.do("carl", "correct", form=form, item="outcome", answer="RECOVERED", reason="late")
    sae = trial.do("iris", "report SAE", form=form, aware_at="2026-01-05T08:00:00Z")["sae"]
    trial.do("iris", "assess SAE", sae=sae, related=True)
    trial.do("iris", "follow up SAE", sae=sae, text="a culture grew")
    trial.do("iris", "assess SAE", sae=sae, related=True)
    trial.do("spike", "assess SAE", sae=sae, related=True, expected=False)
    trial.do("spike", "close SAE", sae=sae)
    activity(trial, day)
    doses(trial, subject, drug, day)
    trial.do("iris", "unblind", subject=subject, reason="sepsis")
    levels = {"UPTAKE": "grade 4", "SSADUR": "6 months or less"}
    trial.do("carl", "correct stratum", subject=subject, levels=levels, reason="misread")
    trial.do("carl", "note allocation error", subject=subject, reason="misread")
    trial.do("carl", "note deviation", subject=subject, category="OTHER", text="late", on=day)
    trial.do("carl", "end part", subject=subject, part="treatment", because="ADVERSE EVENT", on=day)
    trial.do("carl", "withdraw", subject=subject, of="data", on=day)
    trial.do("carl", "record death", subject=subject, on=day)
    trial.do("adam", "set site", site="C", to="paused", reason="audit")
    trial.do("adam", "set site", site="C", to="active")
    trial.do("dana", "freeze")
    trial.do("dana", "unfreeze", reason="late")
    cut = trial.do("dana", "cut", cutoff=day, reason="as far as signed")["cut"]
    trial.do("dsmb", "recommend", cut=cut, to="continue")
    trial.do("dana", "export", cut=cut)
    again = next_version(trial.bus.protocol)
    trial.do("adam", "activate version", version="2", file=again, reason="an amendment")
    trial.do("dana", "freeze", scope="subject A-001")
    trial.do("dana", "lock", scope="subject A-001", reason="dead")
    trial.do("dsmb", "pause", reason="safety")
    trial.do("spike", "resume", reason="safe")
    trial.do("spike", "set trial", to="closed to entry")
    trial.do("uma", "reveal list", reason="the end")


RANGES = """test,sex,age_from,lower,upper,unit,from_day
ALT,both,0,10,45,U/L,2026-01-01
HGB,F,0,12,15.5,g/dL,2026-01-01
HGB,M,0,13.5,,g/dL,2026-01-01
"""
OLD = """subject,site,arm,randomized,UPTAKE,SSADUR
X-1,B,lutate,2025-11-02,grade 4,6 months or less
"""


def envelopes(trial):
    """Slots set aside for a site: one is opened, the others come back."""
    batch = trial.do("uma", "seal envelopes", site="B", slots=1)["batch"]
    subject = trial.screened("B")
    for row in trial.rows("envelope"):
        stratum = tuple(json.loads(row["stratum"]))
        if stratum == ("grade 3", "more than 6 months"):
            (arm,) = trial.bus.lists.secret.entries(stratum, row["slot"])
            trial.do("carl", "randomize by envelope", subject=subject, batch=batch, arm=arm,
                     number=row["number"], at=str(trial.clock.now), reason="no line")  # fmt: skip
    trial.do("uma", "return envelopes", site="B", batch=batch, reason="the line is back")


def doses(trial, subject, drug, day):
    """Kits, and the states of a dose."""
    kit = {"drug": drug, "lot": "L1", "expires": "2026-12-31"}
    dose = {"subject": subject, "drug": drug, "on": day}
    made = trial.do("phil", "check dose", **dose)["dose"]
    trial.do("phil", "order dose", dose=made)
    trial.do("phil", "receive dose", dose=made, at=str(trial.clock.now))
    for number in ("K1", "K2"):
        trial.do("spike", "release kit", kit=number, **kit)
        trial.do("phil", "receive kit", kit=number, site="A")
    trial.do("phil", "quarantine kit", kit="K2", reason="warm")
    trial.do("spike", "release kit", kit="K2", reason="warm for a minute")
    trial.do("phil", "assign kit", kit="K1", subject=subject)
    trial.do("phil", "give dose", amount=30, unit="mg", planned=day, kit="K1", **dose)
    trial.do("phil", "sign dose", dose=made)
    trial.do("phil", "hold dose", reason="nausea", **dose)
    later = trial.clock.now.date() + dt.timedelta(days=400)
    trial.clock.to(later)
    trial.do("phil", "skip dose", **{**dose, "on": str(later)}, reason="on holiday")
    trial.do("iris", "stop drug", reason="sepsis", **dose)


def activity(trial, day):
    """A dose that decays, from its check to its minute."""
    subject = treated(trial)
    visit = trial.do("carl", "open visit", subject=subject, key="survival sweep", on=day)["visit"]
    rows = [
        {"code": code, "test": code, "value": value, "unit": unit, "lower": lower}
        for code, value, unit, lower in WELL
    ]
    trial.do("carl", "submit form", subject=subject, key="laboratory", visit=visit, rows=rows)
    dose = {"subject": subject, "drug": "177Lu-Dotatate", "on": day}
    made = trial.do("carl", "check dose", **dose)["dose"]
    trial.do("phil", "order dose", dose=made)
    at = str(trial.clock.now)
    trial.do("phil", "calibrate dose", dose=made, activity=7600, unit="MBq", at=at)
    trial.do("phil", "receive dose", dose=made, at=at)
    trial.do("phil", "give dose", at=at, residual=0.1, **dose)


WELL = (("PLAT", 240, "10^9/L", 150), ("NEUT", 4.6, "10^9/L", 1.8), ("HGB", 131, "g/L", 120),
        ("CREAT", 80, "umol/L", 45))  # fmt: skip


def treated(trial):
    """A subject of the arm that gets the radiopharmaceutical."""
    while True:
        subject = trial.randomized(WEIGHT=70)
        if trial.rows("allocation", subject=subject)[0]["arm"] == "lutate":
            return subject


def next_version(protocol):
    """The protocol with another title, as a file."""
    body = resolve(protocol)
    body["trial"]["title"] += " (amended)"
    return json.dumps(body)


def watched(folder):
    found = opened(SQLITE, folder)
    made = Watched(found.bus, found.where)
    made.numbers = found.numbers
    return made


def test_rows_changed_are_rows_audited(tmp_path):
    trial = watched(tmp_path)
    walk(trial)
    assert trial.seen == set(EVERY_COMMAND)


def test_many_at_once(tmp_path):
    trial = watched(tmp_path)
    before, known = snapshot(trial), set(bodies(trial))
    screen = EVERY_COMMAND["screen"](site="A")
    trial.bus.send_all([(screen, "carl", str(n)) for n in range(4)])
    compare(before, snapshot(trial), [one for one in bodies(trial) if one not in known])


@pytest.mark.parametrize("name", sorted(EVERY_COMMAND))
def test_a_command_says_what_it_is(name):
    command = EVERY_COMMAND[name]
    assert command.__doc__
    assert command.name == name
    assert command.roles
