"""What of a protocol is hashed, and how."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from equipoise.protocol.model.base import Node

_OF_VIRTUAL_PATIENTS: Final = {"truth", "scenarios"}


def body(protocol: Node) -> dict[str, Any]:
    """The protocol as plain JSON values, without the truth and the scenarios made from it."""
    return protocol.model_dump(mode="json", by_alias=True, exclude=_OF_VIRTUAL_PATIENTS)


def digest(value: Any) -> str:
    """SHA-256 of a JSON value in its one canonical spelling."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
