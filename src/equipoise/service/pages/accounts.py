"""Accounts and sites: opened, granted, ended; a link that serves once is shown once."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from equipoise.conduct.commands.model import EVERY_ROLE, RefusedError
from equipoise.service.access.entrance import make_link
from equipoise.service.access.roles import ADMIN
from equipoise.service.reading.rooms.opening import opening_steps
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError
from equipoise.service.web.render import REFUSED, page

router = APIRouter()
ACCOUNT_ACTS: Final = {
    "open-account": ("open account", ("account", "person", "email")),
    "close-account": ("close account", ("account", "reason")),
    "reset": ("reset", ("account", "reason")),
    "grant": ("grant", ("account", "role", "site")),
    "revoke": ("revoke", ("grant", "reason")),
    "open-site": ("open site", ("site", "title", "zone", "country", "cap")),
    "approve-version": ("approve version", ("site", "version", "approved_on")),
    "activate-version": ("activate version", ("version", "file", "reason")),
    "set-site": ("set site", ("site", "to", "reason")),
    "set-trial": ("set trial", ("to",)),
    "pause": ("pause", ("reason",)),
    "resume": ("resume", ("reason",)),
}
_DONE: Final = {
    "close account": "The account {account} is closed",
    "reset": "The account {account} may enter again",
    "grant": "{account} is {role}",
    "revoke": "The role is ended",
    "open site": "The site {site} is open; it takes part once it has approved and is activated",
    "approve version": "{site} has approved version {version}",
    "activate version": "Version {version} is active",
    "set site": "{site} is {to}",
    "set trial": "The trial is {to}",
    "pause": "Randomization is paused everywhere",
    "resume": "The trial goes on",
}


@router.get("/accounts")
def accounts(asked: AskedBy) -> Response:
    """Everybody, their roles, and the sites."""
    return _show(asked)


@router.post("/accounts/{act}")
def act(asked: AskedBy, act: str) -> Response:
    """One command about an account or a site; a new link for somebody."""
    asked.must_see("accounts")
    if act == "link":
        return _link(asked)
    if act not in ACCOUNT_ACTS:
        raise NotSeenError
    name, fields = ACCOUNT_ACTS[act]
    given: dict[str, Any] = {one: asked.text(one) for one in fields if asked.text(one)}
    try:
        asked.do(name, given, site=None)
    except RefusedError as refused:
        return _show(asked, problems=list(refused.reasons), status=REFUSED, opened=act)
    if name == "open account":
        return _link(asked)
    return _show(asked, done=_DONE[name].format_map(asked.form))


def _link(asked: AskedPage) -> Response:
    """A link with which somebody sets a password; what he had before serves no more."""
    if not asked.visitor.has(ADMIN):
        raise NotSeenError
    account = asked.text("account")
    with asked.trial.store.reading() as unit:
        row = unit.row("account", account)
        grants = unit.rows("grant", account=account)
    if row is None:
        return _show(asked, problems=[f"there is no account {account}"], status=REFUSED)
    if account == asked.account:
        return _show(asked, problems=["ask another admin for a link of your own"], status=REFUSED)
    token = make_link(asked.trial.store, account, by=asked.account)
    where = f"{asked.request.url.scheme}://{asked.request.headers['host']}/enter/{token}"
    return _show(asked, link=where, link_for=row["name"], link_lacks=not grants)


def _show(
    asked: AskedPage,
    *,
    problems: list[str] | None = None,
    status: int = 200,
    done: str = "",
    link: str = "",
    link_for: str = "",
    link_lacks: bool = False,
    opened: str = "",
) -> Response:
    """opened : the act that was refused, whose form is unfolded with what was typed"""
    asked.must_see("accounts")
    with asked.trial.store.reading() as unit:
        people = unit.rows("account")
        grants = unit.rows("grant")
        entered = {one["account"] for one in unit.rows("entrance") if one["secret"]}
        sites, trial = unit.rows("site"), unit.rows("trial")[0]
        versions = unit.rows("protocol_version")
        steps = opening_steps(unit)
    may = {act: asked.visitor.may(name, None) for act, (name, _) in ACCOUNT_ACTS.items()} | {
        "link": asked.visitor.has(ADMIN)
    }
    return page(
        asked, "accounts.html", status=status, problems=problems or [], people=people,
        grants=grants, entered=entered, sites=sites, state=trial, roles=EVERY_ROLE, may=may,
        versions=[one["id"] for one in versions], done=done, link=link, link_for=link_for,
        link_lacks=link_lacks, steps=steps, opened=opened,
    )  # fmt: skip
