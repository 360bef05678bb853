"""Messages about what no command does: a dose or a visit falls due, a query stays unanswered.

Each site is looked over once on each of its days. A message has a name of what it is about, so
that it is written once, whoever looks and however often.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from equipoise.conduct.commands.days import day_at
from equipoise.conduct.mail.messages import addressed, reminder
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.look import of_site, waits_since
from equipoise.conduct.store.unit import Unit
from equipoise.protocol.model.conduct import MailPlan
from equipoise.service.reading.calendar import calendar, desk_for, doses
from equipoise.service.reading.kept.ahead import ENDED, by_subject, given_doses
from equipoise.service.trial import Served

QUERY_OPEN: Final = dt.timedelta(days=14)  # that a site has for its answer; a fortnight is usual
_NO_MORE: Final = ("complete", "ended", "stopped")  # as the rules say, after which no dose is due


class Reminder(NamedTuple):
    """One thing to remind of. about : which one, for ever; needs_arm : it tells what one gets"""

    event: str
    subject: str
    about: str
    day: dt.date
    needs_arm: bool


class Reminders:
    """Looks over the sites of a trial, each once a day."""

    def __init__(self, trial: Served) -> None:
        self.trial = trial
        self._looked: dict[str, dt.date] = {}

    def look(self) -> int:
        """Put what is due into the outbox; how many messages. Raises StoreError."""
        conduct = self.trial.protocol.conduct
        plans = (
            {} if conduct is None else {e: conduct.e_mail[e] for e in _DUE if e in conduct.e_mail}
        )
        count = 0
        for site in self._sites() if plans else ():
            with self.trial.store.reading() as unit:
                found = [one for event, plan in plans.items()
                         for one in _DUE[event](unit, self.trial, site, _reach(plan))]  # fmt: skip
            if found:
                count += self.trial.store.attempt(partial(self._post, site=site, found=found))[0]
        return count

    def _sites(self) -> Iterator[Stored]:
        """Those whose day has not been looked at."""
        with self.trial.store.reading() as unit:
            sites = [(one, day_at(one["zone"], unit.at)) for one in unit.rows("site")]
        for site, day in sites:
            if self._looked.get(site["id"]) != day:
                yield site
                self._looked[site["id"]] = day

    def _post(self, unit: Unit, site: Stored, found: list[Reminder]) -> int:
        count, protocol = 0, self.trial.protocol
        people = {e: addressed(unit, protocol, e, site["id"]) for e in {one.event for one in found}}
        for one in found:
            title, body = reminder(protocol.trial.id, one.event, site["id"], one.subject, one.day)
            for to in people[one.event]:
                name = _name(one, to.account)
                if (to.knows or not one.needs_arm) and unit.row("outbox", name) is None:
                    unit.note("outbox", id=name, kind=one.event, account=to.account, tries=0,
                              address=to.address, title=title, body=body, due=unit.at)  # fmt: skip
                    count += 1
        return count


def _name(one: Reminder, account: str) -> str:
    said = "\n".join([one.event, one.subject, one.about, account])
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _reach(plan: MailPlan) -> dt.timedelta:
    return dt.timedelta(days=plan.before.whole_days if plan.before is not None else 0)


def _doses_due(unit: Unit, trial: Served, site: Stored, before: dt.timedelta) -> Iterator[Reminder]:
    here = day_at(site["zone"], unit.at)
    for subject in _under_treatment(unit, site):
        for one in doses(desk_for(unit, trial.protocol, subject)):
            is_over = one.advice is not None and one.advice.state in _NO_MORE
            if one.due - before <= here and not is_over:
                about = f"{one.drug} {one.given + 1} {one.due}"
                yield Reminder("dose due", subject["id"], about, one.due, True)


def _visits_due(
    unit: Unit, trial: Served, site: Stored, before: dt.timedelta
) -> Iterator[Reminder]:
    here = day_at(site["zone"], unit.at)
    visits = by_subject(of_site(unit, "visit", site["id"]))
    given = given_doses(of_site(unit, "dose", site["id"]))
    for subject in _under_treatment(unit, site):
        name = subject["id"]
        desk = desk_for(unit, trial.protocol, subject)
        for one in calendar(desk, visits=visits[name], given=given[name]):
            if one.state in ("coming", "due", "closing") and one.low - before <= here:
                about = f"{one.key} {one.n} {one.day}"
                yield Reminder("visit due", name, about, one.day, one.reveals)


def _queries_overdue(
    unit: Unit, trial: Served, site: Stored, before: dt.timedelta
) -> Iterator[Reminder]:
    for state in ("open", "reopened"):
        for one in of_site(unit, "query", site["id"], state=state):
            since = day_at(site["zone"], waits_since(unit, one))
            late = since + QUERY_OPEN
            if late - before <= day_at(site["zone"], unit.at):
                yield Reminder("query overdue", one["subject"], f"{one['id']} {since}", late, False)


def _under_treatment(unit: Unit, site: Stored) -> Iterator[Stored]:
    for one in unit.rows("subject", site=site["id"]):
        if one["randomized"] is not None and one["state"] not in ENDED:
            yield one


_Found = Callable[[Unit, Served, Stored, dt.timedelta], Iterator[Reminder]]
_DUE: Final[Mapping[str, _Found]] = {
    "dose due": _doses_due,
    "visit due": _visits_due,
    "query overdue": _queries_overdue,
}
