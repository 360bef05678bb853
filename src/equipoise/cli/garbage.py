"""A command seldom looks for garbage: most of what it makes lives until it ends."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = 100_000
"""Objects more, net, before the young ones are looked through; Python's own 700 would look through
what the imports have made, which is never garbage, some hundred times."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Collect rarely while a command runs, and not again when Python ends.

    At the end Python looks through all objects for circles several times, a third of what a short
    command takes, though the memory goes back with the process. Files are closed by those who open
    them, not by the collector.
    """
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        gc.set_threshold(*before)
