"""The sealed list of a site: a page that opens one allocation for one code, on any computer.

Each envelope is AES-256-GCM under a key that PBKDF2 makes of its own code; all are of one length.
The page needs neither this program nor a network. The codes stay at the trial's office, which
tells one by telephone; they are written down, for the office may be cut off as well.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from equipoise.errors import InputError
from equipoise.protocol.read.resolve import write_text

if TYPE_CHECKING:
    from equipoise.conduct.commands.model import ListAtHand
    from equipoise.workspace.conduct import ConductFolder

ROUNDS: Final = 100_000
_PAGE: Final = "contingency.html"
_DATA: Final = "/*ENVELOPES*/"
_AROUND: Final = ('<script type="application/json" id="envelopes">', "</script>")
_PAD: Final = 64  # bytes; an arm's length tells it otherwise
_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class SealedList:
    """What was written: the batch of the envelopes, how many there are, and where."""

    batch: str
    envelopes: int
    page: Path
    codes: Path


def seal_list(
    folder: ConductFolder, *, site: str, out: Path, codes: Path, by: str, request: str, slots: int
) -> SealedList:
    """Set slots aside for a site, and write its page and the codes of the trial's office.

    folder : with the key of its list
    Raises   InputError where a file is there, or the key is not; RefusedError.
    Checked  tests/unit/workspace/test_contingency.py.
    """
    for file in (out, codes):
        if file.exists() or not file.parent.is_dir():
            raise InputError(f"{file}: is there already, or its folder is not")
    bus = folder.bus()
    if bus.lists is None:
        raise InputError("the key of the list is not at hand")
    long = [arm for arm in bus.protocol.arms if len(_held(arm)) > _PAD]
    if long:
        raise InputError(f"{', '.join(long)}: too long a name for an envelope")
    given = {"site": site, "slots": slots}
    batch = folder.send("seal envelopes", given, by=by, request=request)["batch"]
    with bus.store.reading() as unit:
        rows = unit.rows("envelope", batch=batch)
    rows.sort(key=lambda row: row["number"])
    trial = bus.protocol.trial.id
    made = [_envelope(bus.lists, row, trial=trial) for row in rows]
    listed = [f"{row['number']}\t{_code(bus.lists, row)}" for row in rows]
    _write_secret(codes, f"{trial}, {batch}\n" + "\n".join(listed) + "\n")
    said = {"trial": trial, "list": rows[0]["list"], "site": site, "batch": batch, "rounds": ROUNDS}
    page = files("equipoise.workspace.sealed").joinpath(_PAGE).read_text("utf-8")
    body = json.dumps({**said, "envelopes": made}, ensure_ascii=True).replace("<", "\\u003c")
    write_text(out, page.replace(_DATA, body))
    return SealedList(batch, len(made), out, codes)


def open_envelope(page: Path, number: int, code: str) -> dict[str, Any]:
    """What one envelope of a page holds: its stratum and its arm.

    Raises   InputError where the file is no such page, or the code is another one's.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    said = _read(page)
    one = next((e for e in said["envelopes"] if e["number"] == number), None)
    if one is None:
        raise InputError(
            f"{page}: has no envelope {number}; expected 1 to {len(said['envelopes'])}"
        )
    salt = _salt(said["trial"], said["batch"], number)
    raw = base64.b64decode(one["sealed"])
    try:
        key = _key_of(code, salt, said["rounds"])
        text = AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], salt)
    except InvalidTag:
        raise InputError(f"{page}: the code does not open the envelope {number}") from None
    held: dict[str, Any] = json.loads(text)
    return {"batch": said["batch"], "number": number, "stratum": one["stratum"], **held}


def _envelope(lists: ListAtHand, row: dict[str, Any], *, trial: str) -> dict[str, Any]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    stratum = tuple(json.loads(row["stratum"]))
    arm = lists.serving.arm(stratum, row["slot"])
    salt, nonce = _salt(trial, row["batch"], row["number"]), os.urandom(_NONCE)
    key = _key_of(_code(lists, row), salt, ROUNDS)
    held = nonce + AESGCM(key).encrypt(nonce, _held(arm).ljust(_PAD), salt)
    sealed = base64.b64encode(held).decode("ascii")
    return {"number": row["number"], "stratum": list(stratum), "sealed": sealed}


def _held(arm: str) -> bytes:
    return json.dumps({"arm": arm}, ensure_ascii=True).encode()


def _code(lists: ListAtHand, row: dict[str, Any]) -> str:
    from equipoise.allocation.secret import scratch_code

    return scratch_code(lists.secret.key, batch=row["batch"], number=row["number"])


def _salt(trial: str, batch: str, number: int) -> bytes:
    return f"{trial}|{batch}|{number}".encode()


def _key_of(code: str, salt: bytes, rounds: int) -> bytes:
    """The key that a code makes, however it was typed."""
    spoken = "".join(code.upper().split()).replace("-", "")
    return hashlib.pbkdf2_hmac("sha256", spoken.encode(), salt, rounds)


def _read(page: Path) -> dict[str, Any]:
    text = page.read_text("utf-8") if page.is_file() else ""
    before, after = _AROUND
    body = text.partition(before)[2].partition(after)[0]
    try:
        found: dict[str, Any] = json.loads(body)
    except json.JSONDecodeError:
        raise InputError(f"{page}: is no sealed list; `equipoise contingency` writes one") from None
    return found


def _write_secret(file: Path, text: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(text)
