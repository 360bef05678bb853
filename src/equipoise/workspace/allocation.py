"""The allocation of a trial's folder: its lists by kind, and who got what.

    allocation/production/list.json     the commitment, and what the list was made for; no arm
    allocation/production/ledger.jsonl  a line for each subject, with the digest of the line before

The key stands elsewhere. A ledger cites its list, so that no line of a test list passes in another.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from equipoise.allocation.golive import against_going_live
from equipoise.allocation.lists import Allocated, SecretList, Slot, Stratum
from equipoise.allocation.procedure import allocation_digest
from equipoise.allocation.review import wrong_with
from equipoise.allocation.secret import ListKind, fingerprint, list_key, salt
from equipoise.errors import InputError
from equipoise.protocol import Protocol
from equipoise.protocol.read.resolve import to_json, write_text
from equipoise.workspace.lock import TakenError, locked

BEFORE_THE_FIRST = "0" * 64
LONGEST_WAIT, SHORT_WAIT = 30.0, 0.02  # seconds for one's turn, and between two looks


@dataclass(frozen=True, slots=True)
class AllocationFolder:
    """One list of one trial, as it stands in the trial's folder."""

    folder: Path
    protocol: Protocol
    kind: ListKind

    @classmethod
    def of(cls, trial: Path, protocol: Protocol, kind: ListKind) -> AllocationFolder:
        return cls(trial / "allocation" / kind, protocol, kind)

    @property
    def stated(self) -> dict[str, Any]:
        """What list.json says. Raises InputError where no list was activated."""
        file = self.folder / "list.json"
        if not file.is_file():
            raise InputError(f"{file}: no {self.kind} list was activated")
        said: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return said

    def lines(self) -> list[dict[str, Any]]:
        """The ledger, checked: an unbroken chain of lines of this list.

        Raises   InputError naming the line that was altered, left out or put in.
        """
        file, before, found = self.folder / "ledger.jsonl", BEFORE_THE_FIRST, []
        text = file.read_text("utf-8") if file.is_file() else ""
        for number, line in enumerate(text.splitlines(), start=1):
            one = _read(line, f"{file}:{number}")
            if one["before"] != before or one["number"] != number:
                raise InputError(f"{file}:{number}: does not follow the line before it")
            if one["list"] != self.stated["commitment"]:
                raise InputError(f"{file}:{number}: was served by another list")
            before = _digest(line)
            found.append(one)
        return found

    def activate(self, key: bytes, *, length: int, by: str, reviewed_by: str) -> dict[str, Any]:
        """Commit to the list: writes list.json.

        Raises   InputError if there is one already, one person does both, or the list is not fit.
        """
        secret = self.drafted(key, length=length)
        if (self.folder / "list.json").exists():
            raise InputError(f"{self.folder}: a {self.kind} list was activated already")
        if by.strip().lower() == reviewed_by.strip().lower():
            raise InputError(f"{by} made the list and reviewed it; expected two persons")
        if wrong := [*self.wrong_with(secret)]:
            raise InputError("the list is not activated:\n" + "\n".join(f"  {w}" for w in wrong))
        said = {
            "trial": self.protocol.trial.id,
            "kind": self.kind,
            "allocation": allocation_digest(self.protocol),
            "protocol": self.protocol.digest,
            "length": length,
            "fingerprint": fingerprint(secret.key),
            "commitment": secret.commitment(),
            "made by": by,
            "reviewed by": reviewed_by,
            "activated": _now(),
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text(self.folder / "list.json", to_json(said))
        return said

    def drafted(self, key: bytes, *, length: int) -> SecretList:
        """The list that this key would make; nothing is written."""
        of_list = list_key(key, kind=self.kind, trial=self.protocol.trial.id)
        return SecretList(self.protocol.allocation, tuple(self.protocol.arms), of_list, length)

    def wrong_with(self, secret: SecretList) -> Iterator[str]:
        """Why a drafted list cannot be activated."""
        if self.kind == "production":
            yield from against_going_live(self.protocol.allocation)
        yield from wrong_with(secret, subjects=self.protocol.population.randomize)

    def secret(self, key: bytes) -> SecretList:
        """The activated list.

        Raises   InputError if the key is another one, or the allocation was changed since.
        """
        said = self.stated
        found = self.drafted(key, length=int(said["length"]))
        if said["kind"] != self.kind or said["trial"] != self.protocol.trial.id:
            raise InputError(f"{self.folder}: holds a {said['kind']} list of {said['trial']}")
        if said["allocation"] != allocation_digest(self.protocol):
            raise InputError("the protocol's allocation is not that of the activated list")
        if said["fingerprint"] != fingerprint(found.key):
            raise InputError(f"the key is not that of the {self.kind} list of {said['trial']}")
        return found

    def serve(self, key: bytes, *, subject: str, stratum: Stratum) -> dict[str, Any]:
        """The arm of a subject, who is written into the ledger; asked again, the same answer.

        Raises   InputError if the list is revealed or used up, or the subject has another stratum.
        """
        self.secret(key)
        with _in_turn(self.folder / "serving"):
            lines = self.lines()
            for one in lines:
                if one["subject"] == subject:
                    return self._again(one, stratum)
            if "revealed" in self.stated:
                raise InputError(f"the {self.kind} list was revealed; it serves nobody any more")
            slot = self.secret(key).slot(stratum, allocated(lines))
            return self._append(lines, subject, stratum, slot)

    def _again(self, one: dict[str, Any], stratum: Stratum) -> dict[str, Any]:
        if tuple(one["stratum"]) != stratum:
            found = ", ".join(one["stratum"])
            raise InputError(f"{one['subject']} was allocated in the stratum {found}")
        return one

    def _append(
        self, lines: Sequence[dict[str, Any]], subject: str, stratum: Stratum, slot: Slot
    ) -> dict[str, Any]:
        """Write a line, and be sure that it is on the disk before anybody is told."""
        file = self.folder / "ledger.jsonl"
        text = file.read_text("utf-8").splitlines() if lines else []
        line: dict[str, Any] = {
            "number": len(lines) + 1,
            "subject": subject,
            "stratum": list(stratum),
            "slot": slot.number,
            "arm": slot.arm,
            "at": _now(),
            "list": self.stated["commitment"],
            "before": _digest(text[-1]) if text else BEFORE_THE_FIRST,
        }
        if slot.draw is not None:
            line |= {"draw": slot.draw, "weights": list(slot.weights)}
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            out.flush()
            os.fsync(out.fileno())
        return line

    def reveal(self, key: bytes) -> tuple[str, str]:
        """The list and its salt; it serves nobody afterwards."""
        secret = self.secret(key)
        said = {**self.stated}
        if "revealed" not in said:
            write_text(self.folder / "list.json", to_json({**said, "revealed": _now()}))
        return secret.text(), salt(secret.key)

    def replay(self, key: bytes) -> tuple[int, list[str], bool]:
        """How many lines were recomputed, what differs, and whether the commitment opens."""
        secret, lines = self.secret(key), self.lines()
        done = allocated(lines)
        differs = []
        for place, (line, one) in enumerate(zip(lines, done, strict=True)):
            slot = secret.slot(one.stratum, done[:place])
            if (slot.arm, slot.number) != (one.arm, line["slot"]):
                differs.append(f"{one.subject}: recorded {one.arm}, recomputed {slot.arm}")
        return len(lines), differs, secret.commitment() == self.stated["commitment"]


@contextmanager
def _in_turn(file: Path) -> Iterator[None]:
    """One allocation at a time; the others wait. Raises TakenError after half a minute."""
    until = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            with locked(file, "an allocation"):
                yield
                return
        except TakenError:
            if time.monotonic() > until:
                raise
            time.sleep(SHORT_WAIT)


def allocated(lines: Sequence[dict[str, Any]]) -> list[Allocated]:
    return [Allocated(one["subject"], tuple(one["stratum"]), one["arm"]) for one in lines]


def _read(line: str, place: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(line)
    except json.JSONDecodeError:
        raise InputError(f"{place}: is no line of a ledger") from None
    return found


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
