"""Reads what is kept of every site before somebody asks: at the start, and when a day begins.

Checked  tests/unit/service/test_early.py.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from equipoise.conduct.store.store import StoreError
from equipoise.service.trial import Served

_LOG = logging.getLogger(__name__)
_LONGEST: Final = 3600.0  # seconds between two looks


class EarlyReader:
    """A thread beside those that answer; a store that does not answer is asked again later."""

    def __init__(self, trial: Served) -> None:
        self.trial, self._stopped = trial, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="early reader")

    def start(self) -> None:
        """Begin, and hold nobody up."""
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more; nobody waits for what is being read."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                zones = self.trial.warm()
            except StoreError as problem:
                _LOG.warning("%s", problem)
                zones = []
            self._stopped.wait(seconds_to_next_day(zones, self.trial.store.clock()))


def seconds_to_next_day(zones: Iterable[str], now: dt.datetime) -> float:
    """How long until the first of these zones has another day; no longer than an hour."""
    wait = _LONGEST
    for zone in {*zones}:
        here = now.astimezone(ZoneInfo(zone))
        next_day = dt.datetime.combine(here.date() + dt.timedelta(days=1), dt.time(), here.tzinfo)
        wait = min(wait, (next_day.astimezone(dt.UTC) - now).total_seconds())
    return max(wait, 0.0) + 1.0
