"""Every allocation of a store, made again from the list."""

from __future__ import annotations

import json

from equipoise.allocation.lists import Allocated, SecretList
from equipoise.allocation.secret import fingerprint
from equipoise.allocation.serving import Serving
from equipoise.conduct.commands.allocating.slots import IMPORTED
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.unit import Unit
from equipoise.errors import InputError


def check_key(unit: Unit, secret: SecretList) -> None:
    """Raises InputError where a list was activated, and the key is another's, or a share of it."""
    for one in unit.rows("list"):
        if one["id"] != IMPORTED and one["key_id"] != fingerprint(secret.key):
            raise InputError(f"the key is not that of the {one['kind']} list")


def replayed(unit: Unit, secret: SecretList) -> tuple[int, list[str], bool]:
    """How many allocations there are, which differ, and whether the commitment opens.

    Raises   InputError where no list was activated, or the key is not that of the list.
    Checked  tests/unit/cli/test_conduct.py.
    """
    every = {one["id"]: one for one in unit.rows("list")}
    imported = every.pop(IMPORTED, None)
    found = [*every.values()]
    if not found:
        raise InputError("no list was activated")
    check_key(unit, secret)
    rows = unit.rows("allocation", list=found[0]["id"])
    is_minimized, serving = secret.plan.method == "minimization", Serving(secret)
    before = _allocated(unit.rows("allocation", list=IMPORTED)) if imported else []
    differs = []
    rows.sort(key=lambda one: one["slot"] if is_minimized else (one["stratum"], one["slot"]))
    for row in rows:
        stratum = tuple(json.loads(row["stratum"]))
        if is_minimized:
            arm = secret.slot(stratum, before).arm
            before += _allocated([row])
        else:
            arm = serving.arm(stratum, row["slot"])
        if arm != row["arm"]:
            differs.append(f"{row['subject']}: recorded {row['arm']}, recomputed {arm}")
    return len(rows), differs, secret.commitment() == found[0]["commitment"]


def out_of_order(unit: Unit) -> list[str]:
    """Each subject whose slot was used after a later one of the same stratum.

    Slots that the store served itself came one after the other, whatever the clocks of requests
    that waited for each other say; those of envelopes were used when their opener says.
    """
    used = _used_at(unit)
    highest: dict[tuple[str, str], int] = {}
    found = []
    for _, slot, place, subject in sorted(used):
        if slot < highest.get(place, 0):
            found.append(f"{subject}: its slot was used after a later one")
        highest[place] = max(slot, highest.get(place, 0))
    return found


def _used_at(unit: Unit) -> list[tuple[str, int, tuple[str, str], str]]:
    """When each slot was used: time, slot, list and stratum, subject."""
    at = {one["id"]: one["randomized"] for one in unit.rows("subject")}
    sealed = {(one["list"], one["stratum"], one["slot"]) for one in unit.rows("envelope")}
    last: dict[tuple[str, str], str] = {}
    used = []
    for row in sorted(unit.rows("allocation"), key=lambda one: int(one["slot"])):
        place, time = (row["list"], row["stratum"]), at[row["subject"]]
        if (*place, row["slot"]) not in sealed:
            time = last[place] = max(time, last.get(place, time))
        used.append((time, row["slot"], place, row["subject"]))
    return used


def _allocated(rows: list[Stored]) -> list[Allocated]:
    return [
        Allocated(one["subject"], tuple(json.loads(one["stratum"])), one["arm"]) for one in rows
    ]
