"""Every allocation of a store, made again from the list."""

from __future__ import annotations

import json

from equipoise.allocation.lists import Allocated, SecretList
from equipoise.allocation.secret import fingerprint
from equipoise.allocation.serving import Serving
from equipoise.conduct.store.unit import Unit
from equipoise.errors import InputError


def replayed(unit: Unit, secret: SecretList) -> tuple[int, list[str], bool]:
    """How many allocations there are, which differ, and whether the commitment opens.

    Raises   InputError where no list was activated, or the key is not that of the list.
    Checked  tests/unit/cli/test_conduct.py.
    """
    found = unit.rows("list")
    if not found:
        raise InputError("no list was activated")
    if found[0]["key_id"] != fingerprint(secret.key):
        raise InputError(f"the key is not that of the {found[0]['kind']} list")
    rows = unit.rows("allocation", list=found[0]["id"])
    is_minimized, serving = secret.plan.method == "minimization", Serving(secret)
    before: list[Allocated] = []
    differs = []
    rows.sort(key=lambda one: one["slot"] if is_minimized else (one["stratum"], one["slot"]))
    for row in rows:
        stratum = tuple(json.loads(row["stratum"]))
        if is_minimized:
            arm = secret.slot(stratum, before).arm
            before.append(Allocated(row["subject"], stratum, row["arm"]))
        else:
            arm = serving.arm(stratum, row["slot"])
        if arm != row["arm"]:
            differs.append(f"{row['subject']}: recorded {row['arm']}, recomputed {arm}")
    return len(rows), differs, secret.commitment() == found[0]["commitment"]
