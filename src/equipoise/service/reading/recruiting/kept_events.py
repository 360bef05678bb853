"""The events of each subject, as the worker has last derived them, and what is told of them.

To derive the data of everybody is too dear for a page. The worker that asks by rules derives them
of those who were written about; a page tells what it found, and as of when.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from equipoise.design.model import Design
from equipoise.protocol import Protocol
from equipoise.service.reading.recruiting.events import EventDays, EventsTold, of_all_arms

if TYPE_CHECKING:
    from equipoise.sdtm.model import SDTM

SubjectEvents = Mapping[str, dt.date]
"""Hypothesis -> the day of a subject's event."""


class KeptEvents:
    """Filled by one worker; told, by any thread, is what was published last."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._digest = ""
        self._found: dict[str, SubjectEvents] = {}
        self._left: set[str] = set()
        self._told: EventsTold | None = None
        self.is_new = True  # something was learned since it was published

    @property
    def told(self) -> EventsTold | None:
        """None until everybody was looked at once."""
        return self._told

    @property
    def left(self) -> int:
        """Of how many the data could not be derived."""
        return len(self._left)

    def learn(
        self, protocol: Protocol, subjects: Collection[str], found: Mapping[str, SubjectEvents]
    ) -> None:
        """Of these subjects, by a version; by another version before, all is learned anew."""
        with self._guard:
            self._under(protocol)
            for subject in subjects:
                self._found[subject] = found.get(subject, {})
                self._left.discard(subject)
            self.is_new = True

    def leave(self, protocol: Protocol, *subjects: str) -> None:
        """Nothing could be derived of subjects: they count for no event."""
        with self._guard:
            self._under(protocol)
            for subject in subjects:
                self._found.pop(subject, None)
            self._left.update(subjects)
            self.is_new = True

    def days(self) -> EventDays:
        """All arms as one."""
        together: dict[str, list[dt.date]] = defaultdict(list)
        with self._guard:
            for own in self._found.values():
                for name, day in own.items():
                    together[name].append(day)
        return together

    def _under(self, protocol: Protocol) -> None:
        if protocol.digest != self._digest:
            self._digest, self._found, self._left = protocol.digest, {}, set()

    def publish(self, told: EventsTold) -> None:
        self._told, self.is_new = told, False


def events_in(data: SDTM, design: Design | None, *, day: dt.date) -> dict[str, dict[str, dt.date]]:
    """Subject -> hypothesis -> the day of its event, of the data of some subjects as of a day."""
    # What derives data is read in when it is first needed: the service is ready before.
    from equipoise.adam.derive import derive_times
    from equipoise.analysis.progress.course import timed_events
    from equipoise.sdtm.cut.cut import cut

    found: dict[str, dict[str, dt.date]] = defaultdict(dict)
    asked = of_all_arms(design)
    if not asked or data.protocol is None:
        return found
    derived = derive_times(cut(data, date=day, look="now"))
    start = f"{data.protocol.trial.id}-"
    for one in asked:
        rows = timed_events(derived, one)
        for subject, date in rows.select("USUBJID", "ADT").iter_rows() if rows is not None else ():
            found[subject.removeprefix(start)][one.name] = date
    return found
