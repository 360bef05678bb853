"""A command seldom looks for garbage: most of what it makes lives until it ends."""

from __future__ import annotations

import atexit
import gc
from typing import Final

SELDOM: Final = 250_000
"""Objects more, net, before the young ones are looked through; Python's own 700 would look through
what the imports have made, which is never garbage, some hundred times."""


def collect_seldom() -> None:
    """Collect rarely from now on, and not again when Python ends.

    At the end Python looks through all objects for circles several times, a third of what a short
    command takes, though the memory goes back with the process. Files are closed by those who open
    them, not by the collector. Nothing is put back, for that alone makes Python collect at once.
    """
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
