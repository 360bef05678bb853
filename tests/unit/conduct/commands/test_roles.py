"""Who may do what, cell by cell: every command as every role, at its own site and at another.

The table here was written down by itself, from what each role is for; that of the product is
compared with it through the commands.
"""

from __future__ import annotations

import pytest

from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.commands.model import Command, RefusedError
from equipoise.conduct.commands.rights import VIEWS, arms_known, rights, roles_of
from support.cells import ROLES, STOPPED, about, allowed, cells, furnished

ROLE_SAYS_NO = "may not do this"
ANOTHERS = "there is no token"


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


def answered(trial, name, role, site):
    """True if a role is let through to what else stands against the command."""
    asked = EVERY_COMMAND[name]
    given = about(asked, site, role)
    command = asked.model_construct(**given)
    with pytest.raises(RefusedError) as refused:
        trial.bus.send(command, by=role.replace(" ", "-"), key=f"{name} {role} {site}")
    said = " ".join(refused.value.reasons)
    is_told_no = ROLE_SAYS_NO in said or ANOTHERS in said
    assert (STOPPED in said) != is_told_no, (name, role, site, said)
    return STOPPED in said


@pytest.mark.parametrize(("masking", "told"), [
    ("open label", "KKKK-PKKP-"), ("double blind", "--K--PKKP-"),
])  # fmt: skip
def test_who_knows_an_arm(masking, told):
    assert "".join(arms_known(role, masking=masking) for role in ROLES) == told


def test_who_sees_the_audit():
    assert "".join(rights()["view audit"].cells[role] for role in ROLES) == "EEEEAAA-AA"
