"""`origin.json`: what a folder of tables says about where it comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from equipoise.errors import InputError

ORIGIN = "origin.json"


class DataOrigin(NamedTuple):
    """Whether the people are simulated, under which seed and truth. Collected data say nothing."""

    virtual: bool = False
    seed: int | None = None
    truth: str | None = None


def read_origin(folder: str | Path) -> DataOrigin:
    """What `origin.json` in a folder says; without one, the data are real.

    Raises   InputError if the file is there and cannot be understood.
    """
    path = Path(folder) / ORIGIN
    if not path.exists():
        return DataOrigin()
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return DataOrigin(bool(said["virtual"]), said.get("seed"), said.get("truth"))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f'{path}: expected "virtual" (true or false) and "seed"') from None
