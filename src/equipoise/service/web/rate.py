"""So many writes a minute for one account: a script that runs wild is stopped."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

MOST_WRITES: Final = 60
SPAN: Final = 60.0  # seconds


class Rate:
    """Counts the writes of each account in the last minute, in this process."""

    def __init__(self, *, most: int = MOST_WRITES, now: Callable[[], float] = time.monotonic):
        self._most, self._now = most, now
        self._guard = threading.Lock()
        self._seen: dict[str, deque[float]] = defaultdict(deque)

    def takes(self, account: str) -> bool:
        """Whether one more write is taken."""
        with self._guard:
            seen, now = self._seen[account], self._now()
            while seen and seen[0] <= now - SPAN:
                seen.popleft()
            if len(seen) >= self._most:
                return False
            seen.append(now)
            return True
