"""Who may do what, cell by cell: every command as every role, at its own site and at another.

The table here was written down by itself, from what each role is for; that of the product is
compared with it through the commands.
"""

from __future__ import annotations

from typing import Final

import pytest

from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.commands.model import Command, OfSite, RefusedError
from equipoise.conduct.commands.rights import VIEWS, arms_known, rights, roles_of
from equipoise.protocol.model import altered
from support.conducted import PEOPLE, opened, plain_netter
from support.stores import SQLITE

ROLES = ("coordinator", "investigator", "pharmacist", "monitor", "data manager",
         "blinded statistician", "unblinded statistician", "DSMB", "sponsor", "admin")  # fmt: skip
OF_SITES = ROLES[:4]
# E at the own site, A everywhere; in the order of ROLES
MAY: Final = {
    "enter": "EE--------", "enter doses": "EEE-------", "activity": "--E-------",
    "investigator": "-E--------", "randomize": "EE--------", "verify": "---E------",
    "sign doses": "-EE-------", "ask": "---EA-----", "answer": "EEE-------",
    "unblind": "-EE-------", "envelope": "EEE-------", "export": "EEEEAAAAA-", "list": "------A---",
    "freeze": "----A-----", "cut": "----A-A---", "pause": "-------AA-", "resume": "--------A-",
    "accounts": "---------A", "sites": "--------AA", "deviation": "EE-E------",
    "recommend": "-------A--", "assess": "-E------A-", "close": "--------A-",
    "release": "------A-A-", "aside": "--E-----A-",
}  # fmt: skip
ACTS: Final = {
    "enter": "screen, consent, open visit, save draft, submit form, submit draft, correct, "
    "clear form, end part, withdraw, record death, report SAE, follow up SAE, correct stratum, "
    "note allocation error",
    "enter doses": "check dose, order dose, give dose, hold dose, skip dose",
    "activity": "calibrate dose, receive dose, receive kit, assign kit",
    "investigator": "judge eligibility, sign, stop drug",
    "randomize": "randomize", "verify": "verify", "sign doses": "sign dose",
    "ask": "raise query, close query", "answer": "answer query", "unblind": "unblind",
    "export": "export", "envelope": "randomize by envelope",
    "list": "review list, activate list, reveal list, import list, sign imported list, "
    "seal envelopes, return envelopes",
    "freeze": "freeze, unfreeze, lock", "cut": "cut", "pause": "pause", "resume": "resume",
    "accounts": "open account, close account, reset, grant, revoke",
    "sites": "open site, approve version, set site, set trial, activate version",
    "deviation": "note deviation", "recommend": "recommend", "assess": "assess SAE",
    "close": "close SAE", "release": "release kit", "aside": "quarantine kit",
}  # fmt: skip
SHOWS_ARM = {"randomize by envelope", *ACTS["enter doses"].split(", "), "calibrate dose",
             "receive dose", "stop drug", "sign dose", "assign kit"}  # fmt: skip
KNOWS_MASKED = ("pharmacist", "unblinded statistician", "DSMB")
KNOWS_OPEN = (*OF_SITES, "unblinded statistician", "DSMB")
ROLE_SAYS_NO = "may not do this"
STOPPED = "stopped by the test"


def cells():
    return {name: MAY[act] for act, names in ACTS.items() for name in names.split(", ")}


def test_every_command_has_a_line_and_every_line_a_command():
    assert set(cells()) == set(EVERY_COMMAND)
    assert set(rights()) - set(VIEWS) == set(EVERY_COMMAND)
    assert all(tuple(line.cells) == ROLES for line in rights().values())


def test_what_is_not_in_the_table_is_refused():
    assert roles_of("no such command") == frozenset()

    class Unlisted(Command):
        """A command that nobody wrote a line for."""

        name = "unlisted"

    assert Unlisted.roles == frozenset()


@pytest.mark.parametrize("masking", ["open label", "double blind"])
def test_every_cell(masking, tmp_path, monkeypatch):
    trial = furnished(tmp_path, masking)
    for command in EVERY_COMMAND.values():
        monkeypatch.setattr(command, "against", lambda self, desk: iter([STOPPED]))
    before, asked = trial.audit_rows(), 0
    for name, line in cells().items():
        for role, cell in zip(ROLES, line, strict=True):
            for site in ("A", "B"):
                may = allowed(cell, name, role, site, masking)
                assert answered(trial, name, role, site) is may, (name, role, site)
                asked += 1
    assert trial.audit_rows() == before
    print(f"{asked} cells, {masking}")


def allowed(cell, name, role, site, masking):
    if cell == "-" or (role in OF_SITES and site != "A" and is_of_site(name)):
        return False
    knows = KNOWS_OPEN if masking == "open label" else KNOWS_MASKED
    return name not in SHOWS_ARM or role in knows


def is_of_site(name):
    return name not in ("release kit",)


def answered(trial, name, role, site):
    """True if a role is let through to what else stands against the command."""
    asked = EVERY_COMMAND[name]
    ids = {"site": site, "subject": f"{site}-001", "form": f"{site}-001/F00001",
           "query": f"{site}-001/Q00001", "sae": f"{site}-001/S00001", "kit": f"K{site}",
           "dose": f"{site}-001/D00001", "reason": "because", "account": "x"}  # fmt: skip
    given = {key: value for key, value in ids.items() if key in asked.model_fields}
    if issubclass(asked, OfSite) and name == "receive kit":
        given["site"] = site
    command = asked.model_construct(**given)
    with pytest.raises(RefusedError) as refused:
        trial.bus.send(command, by=role.replace(" ", "-"), key=f"{name} {role} {site}")
    said = " ".join(refused.value.reasons)
    assert (STOPPED in said) != (ROLE_SAYS_NO in said), (name, role, site, said)
    return STOPPED in said


def furnished(folder, masking):
    """A subject at each site with one of everything, and somebody in each role."""
    protocol = plain_netter()
    changed = protocol.trial.model_copy(update={"masking": masking})
    trial = opened(SQLITE, folder, protocol=altered(protocol, trial=changed))
    for role in ROLES:
        account = role.replace(" ", "-")
        trial.do("adam", "open account", account=account, person=role)
        site = "A" if role in OF_SITES else None
        trial.do("adam", "grant", account=account, role=role, site=site)
    for site in "AB":
        furnish(trial, site)
    return trial


def furnish(trial, site):
    subject, carl = f"{site}-001", "carl"
    assert carl in PEOPLE
    trial.do(carl, "screen", site=site)
    trial.do(carl, "consent", subject=subject, on="2026-01-05")
    rows = [{"term": "Sepsis", "start": "2026-01-05", "serious": True}]
    (form,) = trial.do(carl, "submit form", subject=subject, key="adverse event", rows=rows)[
        "forms"
    ]
    trial.do("mona", "raise query", form=form, item="term", text="which?")
    trial.do(carl, "report SAE", form=form, aware_at="2026-01-05T08:00:00Z")
    kit = {"drug": "octreotide LAR", "lot": "L", "expires": "2027-01-01"}
    trial.do("uma", "release kit", kit=f"K{site}", **kit)
    trial.do("phil", "receive kit", kit=f"K{site}", site=site)
    with trial.store.unit() as unit:
        unit.site, unit.subject = site, subject
        unit.insert("dose", id=f"{subject}/D00001", subject=subject, drug=kit["drug"], n=1, seq=1,
                    state="checked", by="", revision=1)  # fmt: skip


@pytest.mark.parametrize(("masking", "told"), [
    ("open label", "KKKK-PKKP-"), ("double blind", "--K--PKKP-"),
])  # fmt: skip
def test_who_knows_an_arm(masking, told):
    assert "".join(arms_known(role, masking=masking) for role in ROLES) == told


def test_who_sees_the_audit():
    assert "".join(rights()["view audit"].cells[role] for role in ROLES) == "EEEEAAA-AA"
