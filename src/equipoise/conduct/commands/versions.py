"""The versions of the protocol in a store: each subject, and each form, is under its own."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from equipoise.conduct.store.served.look import trial_version, version_digest, versions_in_order
from equipoise.conduct.store.unit import Unit
from equipoise.meaning.check import read
from equipoise.protocol import Protocol

_MOST: Final = 16
_READ: dict[str, Protocol] = {}  # by the digest, of which there is one text


def known_version(protocol: Protocol) -> None:
    """Remember a version that was read."""
    _READ.pop(protocol.digest, None)
    _READ[protocol.digest] = protocol
    for digest in list(_READ)[:-_MOST]:
        del _READ[digest]


def version_of(unit: Unit, name: str) -> Protocol:
    """A version of the protocol by its name in the store."""
    found = _READ.get(version_digest(unit, name))
    return found or version_in(unit.row("protocol_version", name) or {})


def current_version(unit: Unit) -> Protocol:
    """The version that the trial is under now. Raises InputError where the store holds no trial."""
    name, digest = trial_version(unit)
    return _READ.get(digest) or version_of(unit, name)


def every_version(unit: Unit) -> list[Protocol]:
    """The versions that were activated, the first one first."""
    return [version_of(unit, name) for name in versions_in_order(unit)]


def version_in(row: Mapping[str, Any]) -> Protocol:
    """A version of the protocol, as it was activated; read once."""
    if row["digest"] not in _READ:
        stream = BytesIO(row["resolved"].encode())
        stream.name = f"version {row['id']}.json"
        known_version(read(stream))
    return _READ[row["digest"]]
