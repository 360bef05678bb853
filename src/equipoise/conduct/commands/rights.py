"""Who may do what: one table, in which what is not written is refused.

`rights.csv` has a line for each command: E lets a role do it at its own site, A everywhere, and -
not at all. The last lines say who sees the audit, and what of arms: K each subject's, P none but
those of all together.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from equipoise.errors import InputError

FILE_OF_RIGHTS: Final = "rights.csv"
NOT_AT_ALL: Final = "-"
EACH_ARM: Final = "K"
_NOT_ROLES: Final = ("command", "action")
OPEN_LABEL: Final = "open label"
VIEWS: Final = ("view audit", "know an arm", "know a masked arm")


class Right(NamedTuple):
    """One line: what is done, as which kind of action, and the cell of each role."""

    command: str
    action: str
    cells: dict[str, str]


@cache
def rights() -> dict[str, Right]:
    """Each command's line, and those of `VIEWS`."""
    file = files("equipoise.conduct.commands").joinpath(FILE_OF_RIGHTS)
    found = {}
    for line in csv.DictReader(file.read_text("utf-8").splitlines()):
        cells = {role: cell for role, cell in line.items() if role not in _NOT_ROLES}
        found[line["command"]] = Right(line["command"], line["action"], cells)
    return found


def roles_of(command: str) -> frozenset[str]:
    """The roles that may do something; none, where the table has no line for it."""
    line = rights().get(command)
    if line is None:
        return frozenset()
    return frozenset(role for role, cell in line.cells.items() if cell != NOT_AT_ALL)


def scope_of(role: str, command: str) -> str:
    """E, A or -: where a role may do something."""
    line = rights().get(command)
    return NOT_AT_ALL if line is None else line.cells.get(role, NOT_AT_ALL)


def arms_known(role: str, *, masking: str) -> str:
    """K, P or -: what of the arms a role may know under the masking of a trial.

    Raises   InputError for a role that is none.
    """
    line = rights()[VIEWS[1] if masking == OPEN_LABEL else VIEWS[2]]
    if role not in line.cells:
        raise InputError(f"there is no role {role}; expected {', '.join(line.cells)}")
    return line.cells[role]
