"""The worker that runs the rules of queries over what was changed, soon after it was."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from equipoise.conduct.commands.entering.by_rules import FOLLOW
from equipoise.conduct.store.served.whole import touched_since
from equipoise.conduct.store.store import StoreError
from equipoise.service.trial import Served

if TYPE_CHECKING:
    from equipoise.adam.queries.asked import AskedOfSites

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
        self._day: dt.date | None = None

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
            return AskedOfSites([], [], [])
        for one in now:
            self._due.pop(one, None)
            self._alone.pop(one, None)
        try:
            return ask_by_rules(self.trial.store, self.trial.protocol, subjects=now)
        except StoreError:
            self._due |= dict.fromkeys(now)
            raise
        except Exception:
            if len(now) == 1:
                raise
            self._alone |= dict.fromkeys(now)  # one is at fault; the others are asked about
            return AskedOfSites([], [], [])

    def _look(self) -> None:
        """Who is due: on the first look of a day everybody, else who was written about."""
        store = self.trial.store
        today = store.clock().date()
        with store.reading() as unit:
            heads = unit.heads()
            if today != self._day:
                self._due |= dict.fromkeys(one["id"] for one in unit.rows("subject"))
            elif heads != self._heads:
                self._due |= dict.fromkeys(touched_since(unit, self._heads, but_by=FOLLOW))
        self._day, self._heads = today, heads

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
