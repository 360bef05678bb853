"""The store of a demonstration while it is filled."""

from __future__ import annotations

import datetime as dt

from equipoise.conduct.store.store import Store


class FillingStore(Store):
    """Anchored once it is full, and not each quarter of an hour of the months that pass in it."""

    def anchor_in_time(self, now: dt.datetime, *, at_once: bool = False) -> str:
        """No anchor, and nothing to say about it."""
        return ""
