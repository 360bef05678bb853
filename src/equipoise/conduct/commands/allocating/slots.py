"""The slot that a subject gets, and the row that says so."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from typing import Any, Final

from equipoise.allocation.lists import TRIAL_WIDE, Slot, Stratum, spelled
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.store.canonical import canonical, fingerprint_of
from equipoise.conduct.store.unit import Unit

IMPORTED: Final = "imported"
SEALED_ENVELOPE: Final = "sealed"
RETURNED_ENVELOPE: Final = "returned"
_NONCE: Final = 16


def lists_of(desk: CommandDesk) -> tuple[str, str]:
    """Of whose allocations a trial has: its own list, and the one that was imported."""
    return desk.trial["kind"], IMPORTED


def allocated(desk: CommandDesk, **equal: Any) -> int:
    """How many the trial has allocated, by any list."""
    return sum(desk.unit.count("allocation", list=one, **equal) for one in lists_of(desk))


def is_used_up(desk: CommandDesk, stratum: Stratum) -> bool:
    """Whether a stratum's list has no slot left."""
    kind = desk.trial["kind"]
    row = desk.unit.row("stratum", kind, served_by(desk, stratum))
    found = desk.unit.row("list", kind)
    if row is None or found is None:
        return True
    return int(row["next"]) > int(found["entries"]) and not _returned(desk, spelled(stratum))


def served_by(desk: CommandDesk, stratum: Stratum) -> str:
    """The stratum whose counter serves this one; one for all where arms are minimized."""
    is_minimized = desk.protocol.allocation.method == "minimization"
    return TRIAL_WIDE if is_minimized else spelled(stratum)


def use_next_slot(desk: CommandDesk, stratum: Stratum) -> None:
    """Allocate a subject: by a slot that came back unused, else by the next one."""
    unit, kind = desk.unit, desk.trial["kind"]
    served = unit.row("stratum", kind, served_by(desk, stratum), lock=True) or {}
    assert desk.lists is not None
    if desk.protocol.allocation.method == "minimization":
        slot, state = _minimized(desk, stratum)
    elif returned := _returned(desk, spelled(stratum)):
        unit.change("envelope", returned[0], state="served")
        write_allocation(desk, stratum, listed(desk, stratum, int(returned[0]["slot"])))
        return
    else:
        slot, state = listed(desk, stratum, int(served["next"])), None
    write_allocation(desk, stratum, slot, state=state)
    unit.change("stratum", served, next=slot.number + 1)


def listed(desk: CommandDesk, stratum: Stratum, number: int) -> Slot:
    """A slot of a list; all that it hangs on is the key."""
    assert desk.lists is not None
    return Slot(desk.lists.serving.arm(stratum, number), number)


def write_allocation(
    desk: CommandDesk, stratum: Stratum, slot: Slot, *, state: str | None = None, at: str = ""
) -> None:
    """The allocation, which nothing changes, and the subject's state.

    at : when it was, where that is not now
    """
    unit, subject = desk.unit, desk.subject
    unit.insert(
        "allocation", list=desk.trial["kind"], subject=subject["id"], stratum=spelled(stratum),
        slot=slot.number, arm=slot.arm, nonce=new_nonce(), site=desk.site["id"],
        drawn=None if slot.draw is None else str(slot.draw),
        weights=canonical(list(slot.weights)) if slot.weights else None,
        state_digest=state, by=desk.by, at=unit.at,
    )  # fmt: skip
    unit.change("subject", subject, state="randomized", randomized=at or unit.at)


def new_nonce() -> str:
    """Under which an arm enters the audit."""
    return secrets.token_hex(_NONCE)


def told_allocation(unit: Unit, answer: dict[str, Any]) -> dict[str, Any]:
    """From the row that was written: no slot, and the arm of an open trial alone."""
    row = unit.row("allocation", answer["list"], answer["subject"]) or {}
    told = {"subject": answer["subject"], "at": row["at"]}
    told |= {} if answer["list"] == "production" else {"list": answer["list"]}
    return told | ({"arm": row["arm"]} if answer["open"] else {})


def _returned(desk: CommandDesk, stratum: str) -> list[dict[str, Any]]:
    found = {"list": desk.trial["kind"], "stratum": stratum, "state": RETURNED_ENVELOPE}
    return desk.unit.rows("envelope", **found)


def _minimized(desk: CommandDesk, stratum: Stratum) -> tuple[Slot, str]:
    """The slot, and a digest of all that it was minimized over."""
    assert desk.lists is not None
    counts: Counter[tuple[str, str]] = Counter()
    for one in lists_of(desk):
        tallied = desk.unit.tally("allocation", "stratum", "arm", list=one)
        counts.update({(own, arm): n for (own, arm), n in tallied.items()})
    told = {f"{own}|{arm}": n for (own, arm), n in sorted(counts.items())}
    before = {(tuple(json.loads(own)), arm): n for (own, arm), n in counts.items()}
    return desk.lists.secret.minimized(stratum, before), fingerprint_of(canonical(told))
