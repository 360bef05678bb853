"""Source verification by risk: what matters most first, and what changed since it was verified."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from equipoise.conduct.commands.versions import version_of
from equipoise.conduct.form_kinds import CRITERIA_FORM
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.canonical import SITE
from equipoise.conduct.store.served.look import (
    audit_page,
    of_site,
    queries_of_site,
    tally_of_site,
    versions_in_order,
    void_of_site,
)
from equipoise.conduct.store.served.signed import standing_of_site
from equipoise.conduct.store.unit import Unit
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.service.access.roles import Visitor
from equipoise.service.reading.kept.sites import Kept
from equipoise.service.reading.kinds import form_tells_arm, keys_of_arms, title_of

MOST_SHOWN: Final = 100  # forms of a site, those that matter most
MOST_CHANGED: Final = 30  # forms that changed since they were verified, the last ones
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
    """How far verification has come at a site.

    unverified : forms that were signed and that no monitor has verified; high : forms of high risk
    that wait
    """

    site: str
    entered: int
    verified: int
    unverified: int
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
    """What a monitor's page shows. total : of the forms that changed, also those not shown"""

    sites: list[SiteVerified]
    waiting: list[ToVerify]
    changed: list[ChangedSince]
    total: int


class ToVerifyAt(NamedTuple):
    """What waits at a site: counts, the forms that matter most, signatures that became void."""

    counts: SiteVerified
    waiting: list[ToVerify]
    void: list[Stored]


class SiteToVerify(NamedTuple):
    """What waits at a site. masked : as far as it is for who may not know arms there"""

    whole: ToVerifyAt
    masked: ToVerifyAt


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


def verification(
    unit: Unit, who: Visitor, sites: Mapping[str, Kept[SiteToVerify]]
) -> SourceVerification:
    """Of sites: counts, forms to verify with the highest risk first, and what has changed.

    Those of some arms alone are for whoever may know arms.
    """
    told = [kept.told.whole if who.knows_arms(site) else kept.told.masked
            for site, kept in sites.items()]  # fmt: skip
    void = sorted((one for own in told for one in own.void), key=lambda one: one["void_at"])
    last = void[::-1][:MOST_CHANGED]
    waiting = sorted((one for own in told for one in own.waiting), key=_by_risk)
    return SourceVerification(
        [own.counts for own in told],
        [one._replace(held=_held(unit, one.row)) for one in waiting[:MOST_SHOWN]],
        [_changed(unit, one) for one in last], len(void),
    )  # fmt: skip


def site_to_verify(
    unit: Unit,
    protocol: Protocol,
    site: Stored,
) -> SiteToVerify:
    """Of one site."""
    versions = {name: version_of(unit, name) for name in versions_in_order(unit)}
    whole = _to_verify(_Verified(unit, site["id"], versions, knows=True))
    if not keys_of_arms([*versions.values()]):
        return SiteToVerify(whole, whole)
    return SiteToVerify(whole, _to_verify(_Verified(unit, site["id"], versions, knows=False)))


def _to_verify(forms: _Verified) -> ToVerifyAt:
    void = dict[str, Stored]()
    for one in void_of_site(forms.unit, forms.site):
        is_void = one["meaning"] == _VERIFIED and one["form_state"] == "entered"
        if is_void and forms.shows(one["key"], one["version"]):
            void.setdefault(one["object"], one)
    waiting = sorted(_waiting(forms, {*void}), key=_by_risk)
    return ToVerifyAt(_counted(forms, len(void)), waiting, list(void.values()))


def _by_risk(one: ToVerify) -> tuple[int, str, str]:
    return -one.risk, one.row["subject"], one.row["id"]


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
    tally = queries_of_site(forms.unit, forms.site)
    open_queries = sum(n for (*kind, state), n in tally.items()
                       if state != "closed" and forms.shows(*kind))  # fmt: skip
    standing = standing_of_site(forms.unit, forms.site, _VERIFIED)
    verified = sum(n for kind, n in standing.items() if forms.shows(*kind))
    unverified = entered - sum(waits.values()) - verified
    return SiteVerified(forms.site, entered, verified, unverified, high, open_queries, changed)


def _changed(unit: Unit, void: Stored) -> ChangedSince:
    """A form whose verification is void, and was not verified again."""
    said = list(_values_since(unit, void))
    title = title_of(version_of(unit, void["version"]), void["key"])
    return ChangedSince(void["object"], void["subject"], title, void["at"], void["name"], said)


def _values_since(unit: Unit, signed: Stored) -> Iterator[tuple[str, str, str, str]]:
    """Item, before, after and why, of everything since a signature."""
    rows = audit_page(unit, f"{SITE}{signed['site']}", subject=signed["subject"],
                      period=(signed["at"], ""), record=signed["object"], most=_DEEP)  # fmt: skip
    for row in reversed(rows):
        body = json.loads(row["body"])
        if body["table"] == "form" and body["key"] == [signed["object"]]:
            for item, before, after in body.get("values", ()):
                yield item, _told(before), _told(after), body.get("reason", "")


def _told(value: list[Any] | None) -> str:
    if value is None:
        return ""
    return str(value[1]) if value[1] is not None else f"missing: {value[3]}"
