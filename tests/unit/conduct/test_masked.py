"""In a masked trial a site's own chain, its copy, its data and its mail name no arm and no drug."""

from __future__ import annotations

import pytest

from equipoise.conduct.commands.rights import OPEN_LABEL
from equipoise.conduct.exchange.arm_words import arm_words
from equipoise.conduct.exchange.withheld import of_one_site
from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.export import export_audit
from equipoise.conduct.store.state import audit_rows, known_at
from equipoise.conduct.store.verify import audited
from equipoise.sdtm.tabulate.taken import taken
from support.conducted import live
from support.stores import DATABASES, SQLITE
from unit.conduct.commands.test_doses import masked, to_day

LIGHT, HEAVY = "octreotide LAR", "177Lu-Dotatate"


def dosed(kind, folder):
    """A trial with a dose of each arm, one against the rules, one left out, one stopped."""
    trial = live(kind, folder, protocol=masked())
    people = {}
    while len(people) < 2:
        subject = trial.randomized()
        people[trial.rows("allocation", subject=subject)[0]["arm"]] = subject
    protocol = trial.bus.protocol
    for arm, subject in people.items():
        regimen = next(one for one in protocol.arms[arm].give if one.drug == LIGHT)
        dose = {"subject": subject, "drug": LIGHT, "on": str(trial.clock.now.date())}
        amount = {"amount": float(regimen.dose.value), "unit": regimen.dose.unit}
        trial.do("phil", "give dose", **dose, **amount, reason="as the pharmacy has it")
    to_day(trial, 60)
    day = str(trial.clock.now.date())
    for subject in people.values():
        of = {"subject": subject, "drug": LIGHT, "on": day}
        trial.do("phil", "skip dose", **of, reason="travels")
    heavy = {"subject": people["lutate"], "drug": HEAVY, "on": day}
    trial.do("phil", "give dose", **heavy, amount=5.0, unit="GBq", reason="the vial had no more")
    trial.do("iris", "note deviation", subject=people["lutate"], category="consent", text="a copy",
             on=day)  # fmt: skip
    return trial


def words(trial):
    return [word for word in arm_words(trial.bus.protocol) if len(word) > 1]


def told(trial, folder):
    """Where a word of an arm stands that a site's blinded people can read."""
    texts = {
        f"chain {one['chain']} row {one['n']}": one["body"]
        for one in trial.rows("audit")
        if one["chain"].startswith("site:")
    }
    with trial.store.reading() as unit:
        export_audit(unit.connection, folder / "copy", chain="site:A")
    texts["the copy"] = (folder / "copy" / "audit.tsv").read_text("ascii")
    tables = taken(trial.bus, by="carl", site="A").tables
    planned = ("TA", "TE", "TV", "TI", "TS")  # of the protocol, and of no subject
    texts |= {name: table.write_csv() for name, table in tables.items() if name not in planned}
    texts |= {f"mail {one['id']}": one["title"] + one["body"] for one in trial.rows("outbox")}
    return [
        (place, word) for place, text in texts.items() for word in words(trial)
        if word in text.lower()
    ]  # fmt: skip


@pytest.mark.parametrize("kind", DATABASES)
def test_what_a_site_reads_names_no_arm_and_no_drug(kind, tmp_path):
    trial = dosed(kind, tmp_path)
    assert trial.rows("dose")
    assert told(trial, tmp_path) == []
    with trial.store.reading() as unit:
        assert audited(unit.connection).faults == ()
        rows = recorded(trial.bus.protocol, known_at(unit.connection)).table("doses")
        own = of_one_site(audit_rows(unit.connection), "A")
    assert rows.height == 3
    assert len([row for row in own if row.body["table"] == "dose"]) == len(trial.rows("dose"))
    noted = [one["text"] for one in trial.rows("deviation") if one["category"] == "TREATMENT"]
    assert "a dose left out: travels" in noted
    assert "a dose given against the rules: the vial had no more" in noted
    trial.store.engine.dispose()


def test_an_open_trial_tells_its_doses_on_the_sites_chain(tmp_path):
    trial = live(SQLITE, tmp_path)
    assert trial.bus.protocol.trial.masking == OPEN_LABEL
    subject = trial.randomized()
    arm = trial.rows("allocation", subject=subject)[0]["arm"]
    first = next(one for one in trial.bus.protocol.arms[arm].give if one.drug == LIGHT)
    day = trial.clock.now.date()
    trial.do("phil", "give dose", subject=subject, drug=LIGHT, on=str(day), unit="mg",
             amount=float(first.dose.value))  # fmt: skip
    assert any('"table":"dose"' in one["body"] for one in trial.rows("audit")
               if one["chain"] == "site:A")  # fmt: skip
