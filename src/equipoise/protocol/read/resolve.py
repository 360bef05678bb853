"""The resolved form: plain JSON values in which nothing is implied, itself a valid protocol."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from equipoise.errors import InputError, expect
from equipoise.protocol.model import Protocol
from equipoise.protocol.model.digests import body, digest
from equipoise.protocol.model.frozen import thawed


def resolve(protocol: Protocol) -> dict[str, Any]:
    """The resolved form without truth and scenarios: what a blinded statistician can be given.

    Its key `provenance` says of every value, by JSON pointer, whether it is yours, a default or
    derived, and in which sources it was read. The protocol's digest is that of everything else.
    """
    expect(protocol, Protocol)
    notes = {k: thawed(v) for k, v in protocol.provenance.items() if not _of_truth(k)}
    return {**body(protocol), "provenance": notes}


def resolve_truth(protocol: Protocol) -> dict[str, Any]:
    """The truth and the scenarios, with the digest of the protocol that they belong to."""
    expect(protocol, Protocol)
    own = protocol.model_dump(mode="json", by_alias=True, include={"truth", "scenarios"})
    notes = {k: thawed(v) for k, v in protocol.provenance.items() if _of_truth(k)}
    return {"equipoise": "1", "protocol": protocol.digest, **own, "provenance": notes}


def truth_digest(protocol: Protocol) -> str:
    """SHA-256 of the resolved truth."""
    return digest({k: v for k, v in resolve_truth(protocol).items() if k != "provenance"})


def to_json(value: Any) -> str:
    """JSON as it is written to files: two spaces, keys in the order of the protocol."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write a whole file or none: it appears by renaming."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8")
        os.replace(aside, path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None


def _of_truth(pointer: str) -> bool:
    return pointer.split("/")[1] in ("truth", "scenarios")
