"""One writer at a time, first come, first served."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class WritersTurns:
    """Threads of one process take turns in the order in which they came.

    A lock of the database alone lets some wait for ever while others come and go.
    Checked  tests/unit/conduct/store/test_turns.py.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One's turn; the next one comes when it is over, however it ends."""
        own = threading.Event()
        with self._guard:
            self._waiting.append(own)
            if len(self._waiting) == 1:
                own.set()
        own.wait()
        try:
            yield
        finally:
            with self._guard:
                self._waiting.popleft()
                if self._waiting:
                    self._waiting[0].set()
