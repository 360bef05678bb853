"""Every role at every route of the API: what is not said is refused, and no arm is told."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.service.access.roles import WEIGHS, Visitor
from equipoise.service.access.sessions import new_api_token
from equipoise.service.api.sent import NOT_BY_TOKEN
from support.bearing import Program, program
from support.cells import ROLES, STOPPED, allowed, cells, furnished, whole
from support.conducted import plain_netter
from support.pages import (
    ARMS_KNOWN,
    EVERY,
    PERSON,
    A,
    B,
    C,
    D,
    Everything,
    I,
    M,
    P,
    S,
    U,
    X,
    one_with_words,
)
from support.served import Site

API_SEEN = {
    "/me": EVERY,
    "/subjects": {C, I, P, M, D},
    "/subjects/{randomized}": {C, I, P, M, D},
    "/subjects/{randomized}/forms": {C, I, P, M, D},
    "/forms/{form}": {C, I, P, M, D},
    "/subjects/{randomized}/allocation": {C, I},
    "/queries": {C, I, P, M, D},
    "/queries?closed=true": {C, I, P, M, D},
    "/audit": EVERY - {X},
    "/audit?chain=trial": {D, B, U, S, A},
    "/audit?chain=site:B": {D, B, U, S},
    "/accrual": EVERY - {P, A},
    "/safety": {C, I, M, D, S},
    "/ranges": {C, I, P, M, D},
    "/sdtm": EVERY - {A, X},
}
API_ELSEWHERE = ("/subjects/{far}", "/subjects/{far}/forms", "/forms/{far form}", "/sdtm?site=B",
                 "/subjects/{far}/allocation", "/audit?chain=site:B", "/subjects?site=B",
                 "/queries?site=B", "/safety?site=B",
                 "/ranges?site=B")  # fmt: skip
PLANNED = ("ta", "te", "tv", "ti", "ts")  # of the trial, of no subject


@pytest.fixture(scope="module")
def open_label(tmp_path_factory):
    found = Everything(tmp_path_factory.mktemp("open"), plain_netter())
    yield found
    found.trial.store.engine.dispose()


@pytest.fixture(scope="module")
def programs(open_label):
    return {role: program(open_label.site, PERSON[role]) for role in EVERY}


@pytest.mark.parametrize("path", API_SEEN)
def test_each_read_is_answered_to_those_who_may_and_to_nobody_else(open_label, programs, path):
    where = path.format(**open_label.known)
    told = {role: one.get(where).status_code for role, one in programs.items()}
    assert {role for role, status in told.items() if status == 200} == API_SEEN[path]
    refused = {status for role, status in told.items() if role not in API_SEEN[path]}
    assert refused <= ({404, 409} if path == "/sdtm" else {404})  # the board gets reports alone


@pytest.mark.parametrize("role", [C, I, P, M])
@pytest.mark.parametrize("path", API_ELSEWHERE)
def test_a_read_of_another_site_is_not_there(open_label, programs, role, path):
    assert programs[role].get(path.format(**open_label.known)).status_code == 404


def test_every_read_is_in_the_table(open_label):
    paths = open_label.site.nobody().get("/openapi.json").json()["paths"]
    reads = {path for path, methods in paths.items() if "get" in methods}
    asked = {path.partition("?")[0] for path in API_SEEN}
    names = {"{subject}": "{randomized}", "forms/{subject}/{number}": "forms/{form}"}
    for known, other in reversed(names.items()):
        reads = {path.replace(known, other) for path in reads}
    assert reads == asked


@pytest.mark.parametrize("masking", ["open label", "double blind"])
def test_every_command_of_every_role_through_the_api(masking, tmp_path, monkeypatch):
    """The cells are those of the table that was written by itself; the road is HTTP."""
    trial = furnished(tmp_path, masking)
    site = Site(trial)
    people = {role: program_in(site, role) for role in ROLES}
    for command in EVERY_COMMAND.values():
        monkeypatch.setattr(command, "against", lambda self, desk: iter([STOPPED]))
    before, asked = trial.audit_rows(), 0
    for name, line in cells().items():
        for role, cell in zip(ROLES, line, strict=True):
            for at in ("A", "B") if name not in NOT_BY_TOKEN else ():
                asked += 1
                may = allowed(cell, name, role, at, masking)
                status, said = sent(people[role], name, at, role)
                expected = (403 if name in WEIGHS else 409) if may else 404
                assert status == expected, (name, role, at, said)
    assert [one for one in trial.rows("audit")[before:] if '"access"' not in one["body"]] == []
    print(f"{asked} cells through the API, {masking}")


def program_in(site, role):
    made, digest = new_api_token()
    where = {"site": "A"} if role in ROLES[:4] else {}
    site.trial.do(role.replace(" ", "-"), "make token", role=role, until="2026-02-01", label="x",
                  digest=digest, **where)  # fmt: skip
    return Program(site, made)


def sent(one, name, at, role):
    answer = one.send(name, **whole(EVERY_COMMAND[name], at, role))
    return answer.status_code, answer.text


def test_no_word_of_an_arm_reaches_a_program_that_may_not_know_it(tmp_path):
    """Every read and a command of every kind, as each role, in a masked trial."""
    found = Everything(tmp_path, one_with_words("double blind"))
    told = {role: words_answered(found, role) for role in EVERY}
    kept = EVERY - ARMS_KNOWN["double blind"] - {U, X}
    assert {role: told[role] for role in kept} == dict.fromkeys(kept, 0)
    assert told[P] > 0
    found.trial.store.engine.dispose()


def test_an_api_that_tells_an_arm_is_found(tmp_path, monkeypatch):
    """Planted: everybody knows arms."""
    monkeypatch.setattr(Visitor, "knows_arms", lambda *_: True)
    found = Everything(tmp_path, one_with_words("double blind"))
    assert words_answered(found, D) > 0
    found.trial.store.engine.dispose()


def words_answered(found, role):
    """How often a word of an arm stands in what a role's program is answered, whatever it asks."""
    one = program(found.site, PERSON[role])
    paths = [*API_SEEN, *API_ELSEWHERE, "/audit?subject={randomized}", "/audit?chain=trial"]
    answers = [one.get(path.format(**found.known)) for path in paths]
    subject = found.known["randomized"]
    for name in EVERY_COMMAND:
        if name in NOT_BY_TOKEN:
            continue
        given = whole(EVERY_COMMAND[name], "A") | {"reason": "because"}
        if "subject" in given:
            given["subject"] = subject
        answers.append(one.send(name, **given))
    text = [f"{a.headers} {unzipped(a)}".lower() for a in answers]
    return sum(one.count("zz") for one in text)


def unzipped(answer):
    """The text of an answer, of the files of one that is an archive."""
    if answer.headers["content-type"] != "application/zip":
        return re.sub('; expected [^"]*', "", answer.text)  # words of the protocol, of nobody
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: json.loads(archive.read(name)) for name in archive.namelist()}
    return str({n: one["rows"] for n, one in files.items() if n[:2] not in PLANNED})
