"""Where the audit of a site tells of an allocation."""

from __future__ import annotations

from typing import Any

from equipoise.conduct.store.anchors import allocation_row
from equipoise.conduct.store.canonical import SITE
from equipoise.conduct.store.unit import Unit
from equipoise.errors import InputError


def allocation_receipt(unit: Unit, site: str, subject: str) -> dict[str, Any] | None:
    """The row of the site's chain that says that a subject was randomized."""
    try:
        return allocation_row(unit.connection, subject, f"{SITE}{site}")
    except InputError:
        return None
