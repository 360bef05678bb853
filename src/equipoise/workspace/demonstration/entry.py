"""A trial to look at: virtual patients entered command by command, up to a few days ago.

Nothing of it is written into the trial's folder, and it is gone when its folder is.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import logging
import secrets
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from equipoise.conduct.commands.bus import Bus
    from equipoise.conduct.commands.model import ListAtHand
    from equipoise.protocol import Protocol
    from equipoise.workspace.demonstration.courses import Deed, VirtualCourses

_LOG = logging.getLogger(__name__)
OWNER: Final = "admin"
_STATISTICIAN, _REVIEWER = "unblinded statistician", "statistician-2"
_COORDINATOR, _INVESTIGATOR = "coordinator", "investigator"
_SITES: Final = (("DE-01", "Charlottenburg", "DEU", "Europe/Berlin"),
                 ("FR-01", "Lyon", "FRA", "Europe/Paris"),
                 ("US-01", "Rochester", "USA", "America/New_York"))  # fmt: skip
_OF_SITE: Final = ("coordinator", "investigator", "pharmacist", "monitor")
_DAYS, _EVERY, _UNTIL = 264, 33, 5  # since it began, between subjects, that are not entered yet
_SIGNED_AFTER: Final = 40  # days
_AS_VIRTUAL: Final = "as in the virtual trial"
_KIND: Final = "training"
_MORNING: Final = dt.time(9)
_QUESTIONS: Final = (
    "The event has no end. Is it still going on?",
    "Grade and outcome do not seem to fit. Please look at the source.",
    "Was a concomitant treatment given for this event?",
)


def account_of(role: str) -> str:
    """The account of somebody in a demonstration."""
    return role.lower().replace(" ", "-")


class Moved:
    """A clock that stands where it is put, and goes on by a second at each look."""

    def __init__(self, day: dt.date) -> None:
        self.now = dt.datetime.combine(day, _MORNING, dt.UTC)
        self.real = dt.datetime.now(dt.UTC).date()

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now

    def to(self, day: dt.date) -> None:
        """Forward to the morning of a day; never back."""
        self.now = max(self.now, dt.datetime.combine(day, _MORNING, dt.UTC))


def demonstrate(protocol: Protocol, folder: Path, *, seed: int = 1) -> Bus:
    """A trial that recruits, in an empty folder.

    Raises   InputError where the protocol names no truth to draw patients from.
    Checked  tests/unit/workspace/test_demonstration.py.
    """
    from equipoise.conduct.commands.bus import Bus
    from equipoise.conduct.commands.central.open_trial import open_trial
    from equipoise.conduct.store.store import Store, utc_now
    from equipoise.errors import InputError
    from equipoise.simulation.object.run import run
    from equipoise.workspace.demonstration.courses import VirtualCourses
    from equipoise.workspace.demonstration.filling import FillingStore

    if not protocol.truth:
        raise InputError("the protocol has no `truth`; a demonstration draws its patients from one")
    protocol = _asking_plainly(protocol)
    record = run(protocol, truth=next(iter(protocol.truth)), seed=seed)
    today = utc_now().date()
    clock = Moved(today - dt.timedelta(days=_DAYS + 30))
    store = FillingStore.create(folder, folder=folder, clock=clock)
    open_trial(store, protocol, kind=_KIND, owner=OWNER, text=protocol.trial.id)
    entry = _Entry(Bus(store, protocol, _list(protocol)), clock)
    entry.found()
    entry.enter(VirtualCourses(record), today)
    store.anchor(role="system")
    store.engine.dispose()
    return Bus(Store.open(folder, folder=folder), protocol, entry.bus.lists)


def _asking_plainly(protocol: Protocol) -> Protocol:
    """The same without forms of its own: virtual patients are entered in the plain ones."""
    from equipoise.protocol.model import altered

    return altered(protocol, forms={}, checks=()) if protocol.forms else protocol


def _left_out(subject: str, reasons: Sequence[str]) -> None:
    """Tell what of a virtual course a site would not have been allowed; `--verbose` shows it."""
    _LOG.info("%s: left out of the demonstration: %s", subject, "; ".join(reasons))


def _list(protocol: Protocol) -> ListAtHand:
    """A list of its own, whose key is forgotten with it."""
    from equipoise.allocation.lists import SecretList
    from equipoise.allocation.secret import KEY_BYTES, list_key
    from equipoise.allocation.serving import Serving
    from equipoise.conduct.commands.model import ListAtHand

    key = list_key(secrets.token_bytes(KEY_BYTES), kind=_KIND, trial=protocol.trial.id)
    secret = SecretList(
        protocol.allocation, tuple(protocol.arms), key, protocol.population.randomize
    )
    return ListAtHand(secret, Serving(secret))


class _Entry:
    """Sends commands, each under a request of its own; what is done later waits in `later`."""

    def __init__(self, bus: Bus, clock: Moved) -> None:
        self.bus, self.clock = bus, clock
        self._keys = itertools.count(1)
        self._later: list[tuple[dt.date, int, Callable[[], None]]] = []

    def do(self, by: str, name: str, **given: Any) -> dict[str, Any]:
        return self.all([(by, name, given)])[0]

    def all(self, asked: list[tuple[str, str, dict[str, Any]]]) -> list[dict[str, Any]]:
        """Commands as (by, name, given), in one transaction."""
        from equipoise.conduct.commands.every import EVERY_COMMAND

        several = [
            (EVERY_COMMAND[name].model_validate(given), by, f"demonstration {next(self._keys)}")
            for by, name, given in asked
        ]
        return list(self.bus.send_all(several))

    def found(self) -> None:
        """Sites, people, the list, and a trial that is live."""
        from equipoise.conduct.commands.model import EVERY_ROLE

        today = str(self.clock.now.date())
        for site, title, country, zone in _SITES:
            self.do(OWNER, "open site", site=site, title=title, country=country, zone=zone, cap=40)
            self.do(OWNER, "approve version", site=site, version="1", approved_on=today)
            self.do(OWNER, "set site", site=site, to="active")
        accounts = {account_of(role): role for role in EVERY_ROLE} | {_REVIEWER: _STATISTICIAN}
        for account, role in accounts.items():
            if role != OWNER:
                self.do(OWNER, "open account", account=account, person=f"Virtual {role}")
                for at in [one[0] for one in _SITES] if role in _OF_SITE else [None]:
                    self.do(OWNER, "grant", account=account, role=role, site=at)
        self.do(_REVIEWER, "review list")
        self.do(account_of(_STATISTICIAN), "activate list", reviewed_by=_REVIEWER)
        self.do("sponsor", "set trial", to="live")

    def enter(self, courses: VirtualCourses, today: dt.date) -> None:
        """Everything up to a few days ago, day by day; and some who are screened just now."""
        last = today - dt.timedelta(days=_UNTIL)
        for n in range(_DAYS // _EVERY):
            day = today - dt.timedelta(days=_DAYS - n * _EVERY)
            site = _SITES[n % len(_SITES)][0]
            self._at(day, partial(self._come, courses, site, day, last))
        while self._later:
            day, _, work = heapq.heappop(self._later)
            self.clock.to(day)
            work()
        self.clock.to(last)
        self._screened(courses)
        self._ask(last)

    def _at(self, day: dt.date, work: Callable[[], None]) -> None:
        heapq.heappush(self._later, (day, next(self._keys), work))

    def _come(self, courses: VirtualCourses, site: str, day: dt.date, last: dt.date) -> None:
        """A patient comes and is randomized; the course follows the arm."""
        row = courses.next()
        subject = self._screen(site, courses.baseline(row))
        self.do(_COORDINATOR, "randomize", subject=subject)
        with self.bus.store.reading() as unit:
            arm = (unit.row("allocation", _KIND, subject) or {})["arm"]
        for deed in courses.of(row, arm, start=day, last=last):
            self._at(deed.day, partial(self._deed, subject, deed))

    def _screen(self, site: str, answers: dict[str, Any]) -> str:
        asked = self.bus.protocol.population.eligibility
        met = {one.id: True for one in (*asked.include, *asked.exclude)}
        subject = str(self.do(_COORDINATOR, "screen", site=site)["subject"])
        on = str(self.clock.now.date() - dt.timedelta(days=1))
        self.do(_COORDINATOR, "consent", subject=subject, on=on)
        given = {"subject": subject, "key": "baseline", "rows": [answers]}
        form = self.do(_COORDINATOR, "submit form", **given)["forms"][0]
        self.do(_INVESTIGATOR, "sign", form=form)
        self.do(_INVESTIGATOR, "judge eligibility", subject=subject, met=met)
        return subject

    def _deed(self, subject: str, deed: Deed) -> None:
        """One thing of a course; a dose that is against the rules is given with a reason."""
        from equipoise.conduct.commands.model import RefusedError

        if deed.visit is not None:
            self._visit(subject, deed)
            return
        given, by = {"subject": subject, **deed.given}, self._who_may(deed.name)
        try:
            self.do(by, deed.name, **given)
        except RefusedError as refused:
            if any("only with a reason" in one for one in refused.reasons):
                self.do(by, deed.name, **given, reason=_AS_VIRTUAL)
            else:
                _left_out(subject, refused.reasons)

    def _who_may(self, name: str) -> str:
        """The first of a site's people who may do something; of a masked trial few know a drug."""
        from equipoise.conduct.commands.every import EVERY_COMMAND
        from equipoise.conduct.commands.rights import EACH_ARM, arms_known

        command, masking = EVERY_COMMAND[name], self.bus.protocol.trial.masking
        return next(
            role
            for role in _OF_SITE
            if role in command.roles
            and (not command.shows_arm or arms_known(role, masking=masking) == EACH_ARM)
        )

    def _visit(self, subject: str, deed: Deed) -> None:
        from equipoise.conduct.commands.model import RefusedError

        try:
            visit = self.do(_COORDINATOR, "open visit", subject=subject, **deed.given)["visit"]
        except RefusedError as refused:  # its dose was not given, and the schedule has moved
            _left_out(subject, refused.reasons)
            return
        at = {"subject": subject, "visit": visit}
        asked = [
            (_COORDINATOR, "submit form", {**at, "key": key, "rows": rows})
            for key, rows in (deed.visit or {}).items()
        ]
        forms = [form for one in self.all(asked) for form in one["forms"]] if asked else []
        if (self.clock.real - deed.day).days > _SIGNED_AFTER:
            self.all([(_INVESTIGATOR, "sign", {"form": one}) for one in forms])

    def _screened(self, courses: VirtualCourses) -> None:
        """One who is eligible, and one who has only consented."""
        self._screen(_SITES[0][0], courses.baseline(courses.next()))
        subject = self.do(_COORDINATOR, "screen", site=_SITES[0][0])["subject"]
        self.do(_COORDINATOR, "consent", subject=subject, on=str(self.clock.now.date()))

    def _ask(self, last: dt.date) -> None:
        """Some queries, one of them answered."""
        with self.bus.store.reading() as unit:
            found = [one for one in unit.rows("form") if one["key"] == "adverse event"][:3]
        for n, form in enumerate(found):
            text = _QUESTIONS[n % len(_QUESTIONS)]
            made = self.do(account_of("data manager"), "raise query", form=form["id"], text=text)
            if n == 1:
                answer = "The source says so; the patient confirmed it at the visit."
                self.do(_COORDINATOR, "answer query", query=made["query"], text=answer)
