"""The worker that runs the rules of queries over what was changed, soon after it was.

It counts the events of the same subjects from the same data, for the page of accrual.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from equipoise.conduct.commands.entering.by_rules import FOLLOW
from equipoise.conduct.store.served.whole import touched_since
from equipoise.conduct.store.store import StoreError
from equipoise.errors import InputError
from equipoise.protocol import Protocol
from equipoise.service.reading.recruiting.kept_events import events_in
from equipoise.service.trial import Served

if TYPE_CHECKING:
    from equipoise.adam.queries.asked import AskedOfSites
    from equipoise.sdtm.model import SDTM

_EVERY: Final = 5.0  # seconds between two looks at the audit
_REST: Final = 4.0  # times as long as the work took: pages come first
_AT_ONCE: Final = 50  # subjects


class QueryAsker:
    """Asks about whom something was written since, and once a day about everybody.

    tell : is told of what cannot be asked, without a value
    """

    def __init__(self, trial: Served, *, tell: Callable[[str], None] = lambda _: None) -> None:
        self.trial, self.tell = trial, tell
        self._over = threading.Event()
        self._due: dict[str, None] = {}
        self._alone: dict[str, None] = {}  # of whom one has led to a fault
        self._heads: dict[str, tuple[int, str]] = {}
        self._of: tuple[dt.date, str] | None = None  # the day, and the version of the protocol
        self._told_of: object = None  # what was known when events were told last
        self._at = ""

    def start(self) -> None:
        """Begin; the process does not wait for it when it ends."""
        threading.Thread(target=self._run, name="asker", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def ask(self) -> AskedOfSites:
        """Look, and ask about some of those whose turn it is.

        Raises   StoreError, after which they are asked about again; any other error is a fault of
        the rules with the data of one subject, whose turn comes with its next change or tomorrow.
        """
        # The service is ready before what derives data is read in.
        from equipoise.adam.queries.asked import AskedOfSites, ask_by_rules

        self._look()
        now = list(self._alone)[:1] or list(self._due)[:_AT_ONCE]
        if not now:
            self._tell_events()
            return AskedOfSites([], [], [])
        for one in now:
            self._due.pop(one, None)
            self._alone.pop(one, None)
        protocol = self.trial.protocol
        try:
            return ask_by_rules(
                self.trial.store, protocol, subjects=now,
                beside=lambda data: self._count(protocol, data, now),
            )  # fmt: skip
        except StoreError:
            self._due |= dict.fromkeys(now)
            raise
        except Exception:
            if len(now) == 1:
                self.trial.events.leave(protocol, now[0])
                raise
            self._alone |= dict.fromkeys(now)  # one is at fault; the others are asked about
            return AskedOfSites([], [], [])

    def _look(self) -> None:
        """Who is due: on the first look of a day, or at a version of the protocol, everybody, else
        who was written about.
        """
        store = self.trial.store
        of = store.clock().date(), self.trial.protocol.digest
        with store.reading() as unit:
            heads, self._at = unit.heads(), unit.at
            if of != self._of:
                self._due |= dict.fromkeys(one["id"] for one in unit.rows("subject"))
            elif heads != self._heads:
                self._due |= dict.fromkeys(touched_since(unit, self._heads, but_by=FOLLOW))
        self._of, self._heads = of, heads

    def _count(self, protocol: Protocol, data: SDTM, subjects: list[str]) -> None:
        """What an end point reads may not be there yet; nobody is asked about alone then."""
        events, day = self.trial.events, self.trial.store.clock().date()
        try:
            found = events_in(data, self.trial.designs.of(protocol), day=day)
        except InputError:
            events.leave(protocol, *subjects)
        else:
            events.learn(protocol, subjects, found)

    def _tell_events(self) -> None:
        """What is known of everybody, as of the last look; worked out where anything is new."""
        events, known = self.trial.events, (self._of, self._heads)
        if events.told is not None and not events.is_new and known == self._told_of:
            events.publish(events.told._replace(at=self._at))
            return
        self._told_of = known
        events.publish(self.trial.events_now(self._at))

    def _run(self) -> None:
        wait = _EVERY
        while not self._over.wait(wait):
            begun = time.monotonic()
            try:
                self.ask()
            except StoreError:
                self.tell("queries by rule wait: the store does not answer")
            except Exception as problem:  # a fault of a rule stops neither the trial nor the others
                self.tell(f"queries by rule, of one subject: {type(problem).__name__}")
            wait = max(_EVERY, _REST * (time.monotonic() - begun))
