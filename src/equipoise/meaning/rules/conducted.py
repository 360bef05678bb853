"""What a protocol says of its conduct can be done: names, rooms, roles, clocks, the pharmacy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import ConductPlan, Protocol
from equipoise.protocol.rules.base import Problem, Rule, unknown

_MENTION: Final = re.compile(r"\{([^{}]*)\}")
_NUMBERED: Final = re.compile(r"^number(:0[1-9])?$")
MAIL_EVENTS: Final = (
    "screened", "randomized", "serious adverse event", "death", "unblinded", "dose due",
    "dose held", "visit due", "query raised", "query overdue", "site activated", "trial paused",
)  # fmt: skip
MAIL_ROLES: Final = (
    "investigator", "coordinator", "pharmacist", "unblinded pharmacist", "monitor", "data manager",
    "trial office", "safety desk", "medical monitor", "unblinded statistician", "DSMB", "sponsor",
)  # fmt: skip
SIGNED: Final = ("eligibility", "every visit", "casebook")
FROZEN_AT: Final = ("before look", "before lock")
FROZEN_WHEN: Final = ("queries closed", "casebook signed", "source verified", "no draft")
SIGNERS: Final = ("investigator", "pharmacist", "monitor")


def named(protocol: Protocol) -> Iterator[Problem]:
    if (plan := protocol.conduct) is None:
        return
    for key, allowed in (("identifier", ("country",)), ("subject", ("site", "country"))):
        text = getattr(plan.sites, key)
        if text is None:
            continue
        path: Path = ("conduct", "sites", key)
        mentions = _MENTION.findall(text)
        for word in mentions:
            if word not in allowed and not _NUMBERED.match(word):
                yield unknown(path, "part of a name", word, (*allowed, "number:02"))
        if not any(word.startswith("number") for word in mentions):
            message = f'"{text}" gives every one the same name'
            yield Problem(path, message, "expected {number:02} in it")


def rooms(protocol: Protocol) -> Iterator[Problem]:
    if (plan := protocol.conduct) is None:
        return
    wanted, sites = protocol.population.randomize, plan.sites
    stop = plan.stop_recruiting_at
    if stop is not None and stop < wanted:
        message = f"recruiting stops at {stop}, and {wanted} are to be randomized"
        yield Problem(("conduct", "stop recruiting at"), message, f"expected {wanted} or more")
    if sites.at_most and sites.per_site and sites.at_most * sites.per_site < wanted:
        most = sites.at_most * sites.per_site
        message = (
            f"{sites.at_most} sites of {sites.per_site} randomize {most}, and {wanted} are wanted"
        )
        yield Problem(("conduct", "sites", "per site"), message, "expected room for all")
    strata = 1
    for factor in protocol.allocation.strata.values():
        strata *= len(factor.levels)
    if sites.per_stratum and strata * sites.per_stratum < wanted:
        message = f"{strata} strata of {sites.per_stratum} are too few for {wanted}"
        yield Problem(("conduct", "sites", "per stratum"), message, "expected room for all")


def people(protocol: Protocol) -> Iterator[Problem]:
    if (plan := protocol.conduct) is None:
        return
    for event, mail in plan.e_mail.items():
        path: Path = ("conduct", "e-mail", event)
        if event not in MAIL_EVENTS:
            yield unknown(path, "event that is written of", event, MAIL_EVENTS)
        for at, role in enumerate(mail.to):
            if role not in MAIL_ROLES:
                yield unknown((*path, "to", at), "role", role, MAIL_ROLES)
    yield from _signing(protocol, plan)


def _signing(protocol: Protocol, plan: ConductPlan) -> Iterator[Problem]:
    signed = (*SIGNED, *forms_of(protocol))
    for role, things in plan.sign.items():
        if role not in SIGNERS:
            yield unknown(("conduct", "sign", role), "role that signs", role, SIGNERS)
        for at, thing in enumerate(things):
            if thing not in signed:
                path: Path = ("conduct", "sign", role, at)
                yield unknown(path, "thing to sign", thing, signed)
    for when, things in plan.freeze.items():
        if when not in FROZEN_AT:
            yield unknown(("conduct", "freeze", when), "freeze", when, FROZEN_AT)
        for at, thing in enumerate(things):
            if thing not in FROZEN_WHEN:
                path = ("conduct", "freeze", when, at)
                yield unknown(path, "condition of a freeze", thing, FROZEN_WHEN)


def clocks(protocol: Protocol) -> Iterator[Problem]:
    if (plan := protocol.conduct) is None:
        return
    fatal, other = plan.sae.susar.fatal, plan.sae.susar.other
    if fatal.hours > other.hours:
        message = f"what is fatal is told within {fatal}, anything else within {other}"
        path: Path = ("conduct", "sae", "susar", "fatal")
        yield Problem(path, message, f"expected {other} or less")
    if plan.sae.report_within.hours > fatal.hours:
        message = f"a site reports within {plan.sae.report_within}, later than {fatal}"
        path = ("conduct", "sae", "report within")
        yield Problem(path, message, f"expected {fatal} or less")


def pharmacy(protocol: Protocol) -> Iterator[Problem]:
    plans = protocol.conduct.radiopharmacy if protocol.conduct is not None else ()
    given = {one.drug: one for arm in protocol.arms.values() for one in arm.give}
    for at, plan in enumerate(plans):
        path: Path = ("conduct", "radiopharmacy", at)
        if plan.drug not in given:
            yield unknown((*path, "drug"), "drug", plan.drug, given)
            continue
        regimen = given[plan.drug]
        if regimen.half_life is None:
            message = f"{plan.drug} has no half life, so nobody knows what is left of it"
            yield Problem((*path, "drug"), message, "expected `half life` of the drug in `arms`")
        if plan.accept is not None and plan.accept.amount.kind != regimen.dose.kind:
            message = f"{plan.accept.amount} is no {regimen.dose.kind}, as {regimen.dose} is"
            yield Problem((*path, "accept"), message, f"expected one such as {regimen.dose}")


RULES = (
    Rule("P88", "A name that everybody would have", named),
    Rule("P89", "Rooms that do not hold the trial", rooms),
    Rule("P90", "Somebody who writes, signs or freezes nothing known", people),
    Rule("P91", "Clocks in the wrong order", clocks),
    Rule("P92", "A pharmacy of a drug that does not decay", pharmacy),
)
