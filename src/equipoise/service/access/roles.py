"""Who may see what: by role, by site, and by whether an arm may be known. What is not said is not.

What somebody may do is said by the commands themselves (`conduct.commands`); this is about reading.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.commands.rights import (
    EACH_ARM,
    NOT_AT_ALL,
    arms_known,
    roles_of,
    scope_of,
)
from equipoise.conduct.store.unit import Unit

COORDINATOR, AS_INVESTIGATOR, PHARMACIST, MONITOR = (
    "coordinator", "investigator", "pharmacist", "monitor",
)  # fmt: skip
DATA_MANAGER, AS_SPONSOR, BOARD, ADMIN = "data manager", "sponsor", "DSMB", "admin"
BLINDED, UNBLINDED = "blinded statistician", "unblinded statistician"

WEIGHS: Final = frozenset(
    {"sign", "sign dose", "recommend", "sign imported list", "activate list", "reveal list",
     "unblind"}
)  # fmt: skip
"""Commands for which a program must show the password of its person as well."""
AT_SITE: Final = "E"
_SITE: Final = frozenset({COORDINATOR, AS_INVESTIGATOR, PHARMACIST, MONITOR})
MAY_SEE: Final = {
    "today": _SITE | {DATA_MANAGER},
    "subjects": _SITE | {DATA_MANAGER},
    "forms": _SITE | {DATA_MANAGER},
    "pharmacy": _SITE | {UNBLINDED, AS_SPONSOR},
    "doses": _SITE,
    "queries": frozenset({COORDINATOR, AS_INVESTIGATOR, PHARMACIST, MONITOR, DATA_MANAGER}),
    "ranges": _SITE | {DATA_MANAGER},
    "safety": frozenset({COORDINATOR, AS_INVESTIGATOR, MONITOR, DATA_MANAGER, AS_SPONSOR}),
    "accrual": frozenset(
        {COORDINATOR, AS_INVESTIGATOR, MONITOR, DATA_MANAGER, BLINDED, UNBLINDED, BOARD, AS_SPONSOR}
    ),
    "unblinding": frozenset({AS_INVESTIGATOR, PHARMACIST}),
    "monitor": frozenset({MONITOR, DATA_MANAGER}),
    "board": frozenset({BOARD, UNBLINDED, AS_SPONSOR}),
    "closed report": frozenset({BOARD, UNBLINDED}),
    "list": frozenset({UNBLINDED, BLINDED, BOARD, AS_SPONSOR}),
    "closing": frozenset({DATA_MANAGER, UNBLINDED}),
    "audit": roles_of("view audit"),
    "export": _SITE | {DATA_MANAGER},
    "accounts": frozenset({ADMIN, AS_SPONSOR}),
    "tokens": roles_of("make token"),
    "help": _SITE | {DATA_MANAGER, BLINDED, UNBLINDED, BOARD, AS_SPONSOR, ADMIN},
    "protocol": _SITE | {DATA_MANAGER, BLINDED, UNBLINDED, BOARD, AS_SPONSOR, ADMIN},
}
"""Page -> the roles that see it, those of a site for their site alone."""


class HeldRole(NamedTuple):
    """A role that somebody has; site is None where it is of the whole trial."""

    role: str
    site: str | None


class Visitor(NamedTuple):
    """Who asks. masking : of the trial; besides : roles that he has and does not ask in"""

    account: str
    name: str
    held: tuple[HeldRole, ...]
    masking: str
    besides: tuple[HeldRole, ...] = ()

    def sites(self, page: str, every: tuple[str, ...]) -> tuple[str, ...]:
        """The sites that a page shows, of all that there are."""
        found = [one.site for one in self.held if one.role in MAY_SEE[page]]
        return every if None in found else tuple(site for site in every if site in found)

    def sees(self, page: str, site: str | None = None) -> bool:
        """Whether a page may be seen at all, or of a site."""
        return any(
            one.role in MAY_SEE[page] and (site is None or one.site in (None, site))
            for one in self.held
        )

    def knows_arms(self, site: str) -> bool:
        """Whether the arm of a subject of a site may be known.

        It may only if none of the roles that somebody has there is kept from it: who is both
        a statistician who is blinded and something else stays blinded.
        """
        here = [one for one in self.held if one.site in (None, site) and one.role != ADMIN]
        also = [one for one in self.besides if one.site in (None, site) and one.role != ADMIN]
        known = {arms_known(one.role, masking=self.masking) for one in (*here, *also)}
        return bool(here) and known == {EACH_ARM}

    def has(self, role: str, site: str | None = None) -> bool:
        return any(one.role == role and one.site in (None, site) for one in self.held)

    def may(self, command: str, site: str | None) -> bool:
        """Whether a command would be taken from somebody, at a site or of the whole trial."""
        shows = EVERY_COMMAND[command].shows_arm
        return any(
            (scope := scope_of(one.role, command)) != NOT_AT_ALL
            and (scope != AT_SITE or one.site == site)
            and (not shows or arms_known(one.role, masking=self.masking) == EACH_ARM)
            for one in self.held
        )


def visitor(unit: Unit, account: str, *, masking: str) -> Visitor:
    """Who an account is now, with the roles that have not ended."""
    person = unit.row("account", account) or {"name": account}
    held = [
        HeldRole(one["role"], one["site"])
        for one in unit.rows("grant", account=account)
        if one["until_at"] is None or one["until_at"] > unit.at
    ]
    return Visitor(account, person["name"], tuple(held), masking)
