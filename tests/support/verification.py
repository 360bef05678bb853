"""The verification package stands beside src, so that it is found from the root alone."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

ROOT = str(Path(__file__).parents[2])


def module(name: str):
    if ROOT not in sys.path:
        sys.path.append(ROOT)
    return import_module(f"verification.{name}" if name else "verification")
