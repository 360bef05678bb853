"""What proves, years later and without the store, that an allocation stood in its audit.

A receipt holds the row as it was hashed, its path through the Merkle tree, and the anchor whose
root it leads to. It proves as much as the anchor's hash that its reader has kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from equipoise.conduct.store.canonical import TRIAL, link, sealed
from equipoise.conduct.store.merkle import opens
from equipoise.errors import InputError

RECEIPT_PARTS: Final = ("row", "path", "anchor")


def in_receipt(text: str, *, name: str) -> dict[str, Any]:
    """A receipt as it was written. Raises InputError where the text is none."""
    try:
        found = json.loads(text)
        assert all(part in found for part in RECEIPT_PARTS)
        assert all(isinstance(found[part], dict) for part in ("row", "anchor"))
    except (json.JSONDecodeError, AssertionError, TypeError):
        raise InputError(f"{name}: is no receipt; `equipoise audit receipt` writes one") from None
    return dict(found)


def against_receipt(receipt: Mapping[str, Any], *, outside: Sequence[str] = ()) -> Iterator[str]:
    """Everything that speaks against a receipt; nothing of the store is asked.

    outside : lines of anchors.txt as they were kept; without them only the receipt is looked at
    Checked  tests/unit/conduct/store/test_receipts.py.
    """
    row, anchor = receipt["row"], receipt["anchor"]
    for one, what in ((row, "the row"), (anchor, "the anchor")):
        try:
            made = link(one["prev"], one["chain"], one["n"], one["body"])
        except (KeyError, TypeError):
            yield f"{what} lacks a part"
            return
        if made != one["hash"]:
            yield f"{what} is not as it was written"
    body = json.loads(anchor["body"])
    if anchor["chain"] != TRIAL or body.get("table") != "anchor":
        yield "the anchor is none"
    elif not opens(row["hash"], receipt["path"], body["root"]):
        yield "the row is not among those that the anchor holds"
    if "nonce" in receipt:
        told = json.loads(row["body"])["change"]["arm"][1]
        if told != sealed(receipt["arm"], receipt["nonce"]):
            yield f"the arm is not {receipt['arm']}"
    if outside and not _is_outside(anchor, outside):
        yield f"{anchor['chain']} row {anchor['n']}: is not what was anchored outside"


def _is_outside(anchor: Mapping[str, Any], lines: Sequence[str]) -> bool:
    expected = [str(anchor["chain"]), str(anchor["n"]), anchor["hash"]]
    return any(line.rstrip("\n").split("\t")[1:] == expected for line in lines)
