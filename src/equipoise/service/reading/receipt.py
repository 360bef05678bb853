"""Where the audit of a site tells of an allocation."""

from __future__ import annotations

import json
from typing import Any

from equipoise.conduct.store.canonical import SITE
from equipoise.conduct.store.served.look import audit_page
from equipoise.conduct.store.unit import Unit


def allocation_receipt(unit: Unit, site: str, subject: str) -> dict[str, Any] | None:
    """The row of the site's chain that says that a subject was randomized."""
    for one in audit_page(unit, f"{SITE}{site}", subject=subject, most=1_000):
        if json.loads(one["body"])["table"] == "allocation":
            return one
    return None
