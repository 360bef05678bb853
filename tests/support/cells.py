"""Who may do what, cell by cell, written down by itself; and a trial with one of everything."""

from __future__ import annotations

import copy
import hashlib
from functools import cache, partial
from typing import Any, Final

from equipoise.conduct.commands.model import Command, OfSite
from equipoise.protocol.model import altered
from support.conducted import PEOPLE, opened, plain_netter
from support.prepared import prepared
from support.stores import SQLITE

STOPPED = "stopped by the test"
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
    "release": "------A-A-", "aside": "--E-----A-", "tokens": "EEEEAAAAAA",
}  # fmt: skip
ACTS: Final = {
    "enter": "screen, consent, open visit, save draft, submit form, submit draft, correct, "
    "clear form, set ranges, end part, withdraw, record death, report SAE, follow up SAE, "
    "correct stratum, note allocation error",
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
    "tokens": "make token, revoke token",
    "close": "close SAE", "release": "release kit", "aside": "quarantine kit",
}  # fmt: skip
SHOWS_ARM = {"randomize by envelope", *ACTS["enter doses"].split(", "), "calibrate dose",
             "receive dose", "stop drug", "sign dose", "assign kit"}  # fmt: skip
KNOWS_MASKED = ("pharmacist", "unblinded statistician", "DSMB")
KNOWS_OPEN = (*OF_SITES, "unblinded statistician", "DSMB")


def cells():
    return {name: MAY[act] for act, names in ACTS.items() for name in names.split(", ")}


def allowed(cell, name, role, site, masking):
    if cell == "-" or (role in OF_SITES and site != "A" and is_of_site(name)):
        return False
    knows = KNOWS_OPEN if masking == "open label" else KNOWS_MASKED
    return name not in SHOWS_ARM or role in knows


def is_of_site(name):
    return name not in ("release kit",)


def about(asked: type[Command], site: str, role: str = ROLES[0]) -> dict[str, Any]:
    """The fields of a command that name what it is about, of a site of `furnished`.

    A token is that of the role itself; at a site where it has none, another's.
    """
    ids = {"site": site, "subject": f"{site}-001", "form": f"{site}-001/F00001",
           "query": f"{site}-001/Q00001", "sae": f"{site}-001/S00001", "kit": f"K{site}",
           "dose": f"{site}-001/D00001", "reason": "because", "account": "x",
           "token": f"A{ROLES.index(role) + 1:05}"}  # fmt: skip
    if role in OF_SITES and site != "A":
        ids["token"] = f"A{len(ROLES) + 1:05}"
    given = {key: value for key, value in ids.items() if key in asked.model_fields}
    if issubclass(asked, OfSite) and asked.name == "receive kit":
        given["site"] = site
    return given


def whole(asked: type[Command], site: str, role: str = ROLES[0]) -> dict[str, Any]:
    """The same, with something of the right kind in every other field that is needed."""
    return copy.deepcopy(_needed(asked)) | about(asked, site, role)


@cache
def _needed(asked: type[Command]) -> dict[str, Any]:
    schema = asked.model_json_schema()
    return {name: _sample(schema["properties"][name]) for name in schema.get("required", ())}


def _sample(shape: dict[str, Any]) -> Any:
    if "enum" in shape or "const" in shape:
        return shape.get("const", shape.get("enum", [None])[0])
    if "anyOf" in shape:
        return _sample(shape["anyOf"][0])
    texts = {"date": "2026-01-05", "date-time": "2026-01-05T08:00:00Z"}
    kinds = {"string": texts.get(shape.get("format", ""), "x"), "integer": 1, "number": 1.0,
             "boolean": True, "object": {}, "array": []}  # fmt: skip
    return kinds[shape["type"]]


def furnished(folder, masking):
    """A subject at each site with one of everything, and somebody in each role."""
    return prepared(("furnished", masking), folder, partial(_furnished, masking))


def _furnished(masking, folder):
    protocol = plain_netter()
    changed = protocol.trial.model_copy(update={"masking": masking})
    trial = opened(SQLITE, folder, protocol=altered(protocol, trial=changed))
    for role in ROLES:
        account = role.replace(" ", "-")
        trial.do("adam", "open account", account=account, person=role)
        site = "A" if role in OF_SITES else None
        trial.do("adam", "grant", account=account, role=role, site=site)
        lend(trial, account, role, site)
    lend(trial, "carl", ROLES[0], "B")
    for site in "AB":
        furnish(trial, site)
    return trial


def lend(trial, account, role, site):
    """A token of somebody."""
    digest = hashlib.sha256(account.encode()).hexdigest()
    trial.do(account, "make token", role=role, site=site, until="2026-02-01", label="a test",
             digest=digest)  # fmt: skip


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
