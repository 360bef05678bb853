"""Source verification by risk: what matters most first, and what changed since it was verified."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from equipoise.conduct.commands.versions import version_of
from equipoise.conduct.form_kinds import CRITERIA_FORM
from equipoise.conduct.store.canonical import SITE
from equipoise.conduct.store.served.look import (
    audit_page,
    of_site,
    tally_of_site,
    versions_in_order,
    void_of_site,
)
from equipoise.conduct.store.unit import Stored, Unit
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.service.access.roles import Visitor
from equipoise.service.reading.kinds import form_tells_arm, title_of

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


class _Verified:
    """The forms of a site, each by its own version, as far as a visitor may see them."""

    def __init__(
        self, unit: Unit, site: str, versions: Mapping[str, Protocol], *, knows: bool
    ) -> None:
        self.unit, self.site, self._versions, self._knows = unit, site, versions, knows
        tally = tally_of_site(unit, "form", site, "key", "version", "state")
        self.states = {one: n for one, n in tally.items() if self.shows(*one[:2])}

    def shows(self, key: str, version: str) -> bool:
        return self._knows or not form_tells_arm(self._versions[version], {"key": key})

    def title(self, row: Stored) -> str:
        return title_of(self._versions[row["version"]], row["key"])

    def risk(self, key: str, version: str) -> tuple[int, str]:
        return risk_of(self._versions[version], key)


def verification(unit: Unit, who: Visitor, sites: tuple[str, ...]) -> SourceVerification:
    """Of sites: counts, forms to verify with the highest risk first, and what has changed."""
    found = SourceVerification([], [], [])
    versions = {name: version_of(unit, name) for name in versions_in_order(unit)}
    for site in sites:
        forms = _Verified(unit, site, versions, knows=who.knows_arms(site))
        changed = list(_changed(forms))
        found.changed.extend(changed)
        found.waiting.extend(_waiting(forms, {one.form for one in changed}))
        found.sites.append(_counted(forms, len(changed)))
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


def _waiting(forms: _Verified, changed: set[str]) -> Iterator[ToVerify]:
    unit, site = forms.unit, forms.site
    asked = {one["form"] for state in ("open", "answered", "reopened")
             for one in of_site(unit, "query", site, state=state)}  # fmt: skip
    kinds = sorted({(key, version) for key, version, _ in forms.states},
                   key=lambda kind: -forms.risk(*kind)[0])  # fmt: skip
    left = MOST_SHOWN
    for key, version in kinds:
        if left <= 0:
            return
        own = {"key": key, "version": version, "state": "entered"}
        for row in of_site(unit, "form", site, most=left, **own):
            risk, why = forms.risk(key, version)
            more = [(row["id"] in changed, "changed since it was verified"),
                    (row["id"] in asked, "a query is open")]  # fmt: skip
            reasons = [why] if why else []
            reasons += [words for holds, words in more if holds]
            risk += sum(holds for holds, _ in more)
            yield ToVerify(risk, "; ".join(reasons), forms.title(row), row)
            left -= 1


def _counted(forms: _Verified, changed: int) -> SiteVerified:
    entered = sum(n for (*_, state), n in forms.states.items() if state not in _SHUT)
    waits = {kind[:2]: n for kind, n in forms.states.items() if kind[2] == "entered"}
    high = sum(n for kind, n in waits.items() if forms.risk(*kind)[0] == _RISKS[0][0])
    open_queries = sum(
        n for (state,), n in tally_of_site(forms.unit, "query", forms.site, "state").items()
        if state != "closed"
    )  # fmt: skip
    verified = entered - sum(waits.values())
    return SiteVerified(forms.site, entered, verified, high, open_queries, changed)


def _changed(forms: _Verified) -> Iterator[ChangedSince]:
    """Forms whose verification is void, and were not verified again."""
    seen: set[str] = set()
    for one in void_of_site(forms.unit, forms.site):
        if one["meaning"] != _VERIFIED or one["form_state"] != "entered" or one["object"] in seen:
            continue
        seen.add(one["object"])
        if forms.shows(one["key"], one["version"]):
            said = list(_values_since(forms.unit, forms.site, one))
            yield ChangedSince(
                one["object"], one["subject"], forms.title(one), one["at"], one["name"], said
            )


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
