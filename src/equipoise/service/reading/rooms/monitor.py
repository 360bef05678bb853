"""Source verification by risk: what matters most first, and what changed since it was verified."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from equipoise.conduct.form_kinds import CRITERIA_FORM
from equipoise.conduct.store.canonical import SITE
from equipoise.conduct.store.served.look import audit_page, of_site, tally_of_site, void_of_site
from equipoise.conduct.store.unit import Stored, Unit
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.service.reading.kinds import title_of

MOST_SHOWN: Final = 100  # forms of a site, those that matter most
_VERIFIED: Final = "verified against its source"
_SHUT: Final = ("empty", "draft")
_DEEP: Final = 300  # rows of a subject's audit that are looked through for what changed
_RISKS: Final = (
    (3, "what the endpoint rests on", {"readings", "lesions", "measurements"}),
    (3, "eligibility and strata", {"subjects"}),
    (2, "safety", {"events"}),
    (2, "what doses are decided by", {"labs"}),
)


class ToVerify(NamedTuple):
    """A form that was entered and not verified.

    risk : 1 to 5; why : what makes it so; held : the day of its visit, empty where it is of none
    """

    risk: int
    why: str
    title: str
    row: Stored
    held: str = ""


class SiteVerified(NamedTuple):
    """How far verification has come at a site. high : forms of high risk that wait"""

    site: str
    entered: int
    verified: int
    high: int
    queries: int
    changed: int


class ChangedSince(NamedTuple):
    """A form that was verified, and changed. changes : item, before, after; by, at, because"""

    form: str
    subject: str
    title: str
    verified_at: str
    by: str
    changes: list[tuple[str, str, str, str]]


class SourceVerification(NamedTuple):
    """What a monitor's page shows."""

    sites: list[SiteVerified]
    waiting: list[ToVerify]
    changed: list[ChangedSince]


def verification(unit: Unit, protocol: Protocol, sites: tuple[str, ...]) -> SourceVerification:
    """Of sites: counts, forms to verify with the highest risk first, and what has changed."""
    found = SourceVerification([], [], [])
    for site in sites:
        changed = list(_changed(unit, protocol, site))
        found.changed.extend(changed)
        found.waiting.extend(_waiting(unit, protocol, site, {one.form for one in changed}))
        found.sites.append(_counted(unit, protocol, site, len(changed)))
    found.waiting.sort(key=lambda one: (-one.risk, one.row["subject"], one.row["id"]))
    found.waiting[MOST_SHOWN:] = []
    found.waiting[:] = [one._replace(held=_held(unit, one.row)) for one in found.waiting]
    return found


def _held(unit: Unit, form: Stored) -> str:
    """The day of a form's visit; empty where it is of none."""
    visit = unit.row("visit", form["visit"]) if form["visit"] else None
    return str(visit["held"]) if visit else ""


def risk_of(protocol: Protocol, key: str) -> tuple[int, str]:
    """How much hangs on a form, 1 to 3, and why."""
    if key == CRITERIA_FORM:
        return 3, _RISKS[1][1]
    form = forms_of(protocol).get(key)
    tables = set(form.tables()) if form is not None else set()
    return next(((n, why) for n, why, own in _RISKS if own & tables), (1, ""))


def _waiting(unit: Unit, protocol: Protocol, site: str, changed: set[str]) -> Iterator[ToVerify]:
    asked = {one["form"] for state in ("open", "answered", "reopened")
             for one in of_site(unit, "query", site, state=state)}  # fmt: skip
    keys = sorted({key for (key,) in tally_of_site(unit, "form", site, "key")},
                  key=lambda key: -risk_of(protocol, key)[0])  # fmt: skip
    left = MOST_SHOWN
    for key in keys:
        if left <= 0:
            return
        for row in of_site(unit, "form", site, most=left, key=key, state="entered"):
            risk, why = risk_of(protocol, key)
            more = [(row["id"] in changed, "changed since it was verified"),
                    (row["id"] in asked, "a query is open")]  # fmt: skip
            reasons = [why] if why else []
            reasons += [words for holds, words in more if holds]
            risk += sum(holds for holds, _ in more)
            yield ToVerify(risk, "; ".join(reasons), title_of(protocol, key), row)
            left -= 1


def _counted(unit: Unit, protocol: Protocol, site: str, changed: int) -> SiteVerified:
    states = tally_of_site(unit, "form", site, "key", "state")
    entered = sum(n for (_, state), n in states.items() if state not in _SHUT)
    waits = {key: n for (key, state), n in states.items() if state == "entered"}
    high = sum(n for key, n in waits.items() if risk_of(protocol, key)[0] == _RISKS[0][0])
    open_queries = sum(
        n for (state,), n in tally_of_site(unit, "query", site, "state").items()
        if state != "closed"
    )  # fmt: skip
    return SiteVerified(site, entered, entered - sum(waits.values()), high, open_queries, changed)


def _changed(unit: Unit, protocol: Protocol, site: str) -> Iterator[ChangedSince]:
    """Forms whose verification is void, and were not verified again."""
    seen: set[str] = set()
    for one in void_of_site(unit, site):
        if one["meaning"] != _VERIFIED or one["form_state"] != "entered" or one["object"] in seen:
            continue
        seen.add(one["object"])
        said = list(_values_since(unit, site, one))
        yield ChangedSince(
            one["object"], one["subject"], title_of(protocol, one["key"]), one["at"], one["name"],
            said,
        )  # fmt: skip


def _values_since(unit: Unit, site: str, signed: Stored) -> Iterator[tuple[str, str, str, str]]:
    """Item, before, after and why, of everything since a signature."""
    rows = audit_page(unit, f"{SITE}{site}", subject=signed["subject"],
                      period=(signed["at"], ""), most=_DEEP)  # fmt: skip
    for row in reversed(rows):
        body = json.loads(row["body"])
        if body["table"] == "form" and body["key"] == [signed["object"]]:
            for item, before, after in body.get("values", ()):
                yield item, _told(before), _told(after), body.get("reason", "")


def _told(value: list[Any] | None) -> str:
    if value is None:
        return ""
    return str(value[1]) if value[1] is not None else f"missing: {value[3]}"
