"""The audit as sentences, with what a visitor may not know withheld.

A row that is withheld still shows its number and hash, so that the chain can be followed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from equipoise.conduct.commands.versions import every_version, version_of
from equipoise.conduct.store.canonical import SITE, TRIAL
from equipoise.conduct.store.served.look import audit_page
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol
from equipoise.service.access.roles import ADMIN, AS_SPONSOR, UNBLINDED, Visitor
from equipoise.service.reading.calendar import reveals_arm
from equipoise.service.reading.kinds import form_tells_arm

PAGE_ROWS: Final = 50
WITHHELD: Final = "withheld"
_OF_THE_RECORD: Final = ("id", "subject", "seq", "revision")  # which its key says already
_TELLS_ARM: Final = frozenset({"dose", "allocation"})
_OF_UNBLINDED: Final = frozenset({"allocation", "stratum", "kit", "dose"})  # on the trial's chain
_OF_ACCOUNTS: Final = frozenset({"account", "grant", "access", "api_token", "site", "site_version"})
_CLINICAL: Final = frozenset(
    {"subject", "visit", "form", "query", "query_turn", "signature", "dose", "disposition",
     "deviation", "sae", "sae_version", "allocation", "allocation_note"}
)  # fmt: skip


class AuditLine(NamedTuple):
    """One row. changes : what, before, after; withheld where it may not be known"""

    chain: str
    n: int
    hash: str
    at: str
    by: str
    role: str
    command: str
    record: str
    subject: str
    reason: str
    changes: list[tuple[str, str, str]]


def chains_of(who: Visitor, sites: tuple[str, ...]) -> list[str]:
    """The chains that somebody sees: those of his sites, and of the trial if he has them all."""
    found = [f"{SITE}{one}" for one in who.sites("audit", sites)]
    only_central = not any(one.role not in (ADMIN,) for one in who.held)
    own = [] if only_central else found
    is_central = any(one.site is None and who.sees("audit") for one in who.held)
    return ([TRIAL] if is_central else []) + own


def trail(
    unit: Unit,
    who: Visitor,
    chain: str,
    *,
    before: int | None = None,
    subject: str = "",
    by: str = "",
    period: tuple[str, str] = ("", ""),
    most: int = PAGE_ROWS,
) -> list[AuditLine]:
    """A page of a chain, newest first."""
    rows = audit_page(unit, chain, before=before, subject=subject, by=by, period=period, most=most)
    versions = every_version(unit)
    return [_line(unit, row, versions, who) for row in rows]


def usual_chain(unit: Unit, chains: list[str], subject: str) -> str:
    """The chain of the subject's site, or else the first of a site."""
    row = unit.row("subject", subject) if subject else None
    if row is not None:
        return f"{SITE}{row['site']}"
    sites = [one for one in chains if one.startswith(SITE)]
    return next(iter([*sites, *chains]), "")


def bounds(period: tuple[str, str]) -> tuple[str, str]:
    """Days as stamps: from the first to the end of the last; nothing where one is no day."""
    try:
        since, until = (dt.date.fromisoformat(one) if one else None for one in period)
        after = until + dt.timedelta(days=1) if until else None
    except (ValueError, OverflowError):
        return "", ""
    return (f"{since}T" if since else ""), (f"{after}T" if after else "")


def visible(
    unit: Unit, body: dict[str, Any], versions: Sequence[Protocol], who: Visitor, chain: str
) -> bool:
    """Whether what a row says may be known."""
    table = body["table"]
    if chain == TRIAL:
        if table in _OF_UNBLINDED:
            return who.has(UNBLINDED)
        is_only_admin = all(one.role == ADMIN for one in who.held)
        return not is_only_admin or table in _OF_ACCOUNTS or table in ("trial", "anchor")
    if table in _CLINICAL and not _sees_clinical(who):
        return False
    if who.knows_arms(chain.removeprefix(SITE)):
        return True
    return not tells_arm(unit, body, versions)


def tells_arm(unit: Unit, body: dict[str, Any], versions: Sequence[Protocol]) -> bool:
    """Whether a row tells an arm: a dose, a visit or form of some arms, and what is asked of it.

    A deviation of a dose does so too. versions : a visit tells what it tells in any of them
    """
    table, change = body["table"], body.get("change", {})
    if table in _TELLS_ARM or table == "allocation_note":
        return True
    if table == "visit":
        return any(reveals_arm(one, str(change.get("key", [None, ""])[1])) for one in versions)
    if table in ("form", "query", "query_turn"):
        name = body["key"][0]
        form = name if table == "form" else (unit.row("query", name) or {})["form"]
        row = unit.row("form", form) or {}
        return form_tells_arm(version_of(unit, row["version"]), row)
    return bool(table == "deviation" and change.get("category", [None, ""])[1] == "TREATMENT")


def _sees_clinical(who: Visitor) -> bool:
    return any(one.role not in (ADMIN, AS_SPONSOR) for one in who.held)


def _line(unit: Unit, row: dict[str, Any], versions: Sequence[Protocol], who: Visitor) -> AuditLine:
    body = json.loads(row["body"])
    shows = visible(unit, body, versions, who, row["chain"])
    key = " ".join(map(str, body.get("key", ())))
    return AuditLine(
        row["chain"], row["n"], row["hash"], body["at"], body["by"], body["role"],
        body["command"] if shows or body["table"] not in _TELLS_ARM else WITHHELD,
        f"{body['table']} {key}" if shows else WITHHELD,
        body.get("subject", ""),
        body.get("reason", "") if shows else "",
        list(_changes(body)) if shows else [],
    )  # fmt: skip


def _changes(body: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, (before, after) in body.get("change", {}).items():
        if name not in _OF_THE_RECORD and (before, after) != (None, None):
            yield name, _words(before), _words(after)
    for item, before, after in body.get("values", ()):
        yield item, _value(before), _value(after)


def _value(said: list[Any] | None) -> str:
    if said is None:
        return ""
    return _words(said[1]) if said[1] is not None else f"missing: {said[3]}"


def _words(said: Any) -> str:
    if said is None:
        return ""
    if isinstance(said, dict):
        return "sealed" if "sealed" in said else f"sha256 {next(iter(said.values()))[:12]}…"
    return str(said)
