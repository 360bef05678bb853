"""The log of a command, on standard error: what the logger `equipoise` is told."""

from __future__ import annotations

import os
from typing import Final

LOG_LEVELS: Final = ("debug", "info", "warning", "error")


def begin(*, verbose: bool) -> None:
    """Show the log from a level on: that of EQUIPOISE_LOG, or `info` if it is asked for.

    Raises   InputError for another word in EQUIPOISE_LOG.
    """
    said = os.environ.get("EQUIPOISE_LOG", "").strip().lower()
    if said and said not in LOG_LEVELS:
        from equipoise.errors import InputError, did_you_mean

        expected = f"expected {', '.join(LOG_LEVELS)}{did_you_mean(said, LOG_LEVELS)}"
        raise InputError(f'EQUIPOISE_LOG: found "{said}", {expected}')
    level = said or ("info" if verbose else "")
    if not level:
        return
    import logging

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("equipoise").setLevel(level.upper())
