"""The trial itself, and the first person in it."""

from __future__ import annotations

from typing import Literal

from equipoise.allocation.secret import ListKind
from equipoise.conduct.commands.model import TRIAL_ID
from equipoise.conduct.store.bodies import Who
from equipoise.conduct.store.store import Store
from equipoise.errors import InputError
from equipoise.protocol import Protocol
from equipoise.protocol.read.resolve import resolve, to_json
from equipoise.version import __version__

FIRST_VERSION: Literal["1"] = "1"


def open_trial(store: Store, protocol: Protocol, *, kind: ListKind, owner: str, text: str) -> None:
    """Put a trial into an empty store, with the account of its owner, who can make others.

    kind : of the only list that can serve it; text : the protocol's file, kept whole
    Raises   InputError where there is a trial already.
    """
    with store.unit() as unit:
        if unit.row("trial", TRIAL_ID) is not None:
            raise InputError(f"{store}: holds a trial already")
        unit.who = Who(owner, "admin", "init")
        resolved = to_json(resolve(protocol))  # in its own order, on which the list hangs
        unit.insert(
            "protocol_version", id=FIRST_VERSION, digest=protocol.digest, file=text,
            resolved=resolved, at=unit.at, by=owner, tested=f"equipoise {__version__}",
        )  # fmt: skip
        unit.insert(
            "trial", id=TRIAL_ID, name=protocol.trial.id, kind=kind, state="built",
            version=FIRST_VERSION, revision=1,
        )  # fmt: skip
        unit.insert("account", id=owner, name=owner, email="", state="active", revision=1)
        unit.insert(
            "grant", id="G00001", account=owner, role="admin", from_at=unit.at, by=owner,
            revision=1,
        )  # fmt: skip
