"""The audit as files that anybody can verify, with the script that does it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from equipoise.conduct.store.tables import TABLES

SCRIPT: Final = "verify_audit.py"
AUDIT_FILE: Final = "audit.tsv"


def export_audit(
    connection: Connection, folder: Path, *, outside: Sequence[str] = (), chain: str | None = None
) -> int:
    """Write audit.tsv, anchors.txt and verify_audit.py; how many rows were written.

    A line of audit.tsv is a row: chain, number, hash before, hash, body as it was hashed.
    chain : that of one site alone, which verifies without the others
    """
    folder.mkdir(parents=True, exist_ok=True)
    audit, count = TABLES["audit"].c, 0
    asked = select(audit.chain, audit.n, audit.prev, audit.hash, audit.body)
    asked = asked.order_by(audit.chain, audit.n)
    asked = asked if chain is None else asked.where(audit.chain == chain)
    with (folder / AUDIT_FILE).open("w", encoding="ascii", newline="\n") as out:
        for row in connection.execute(asked.execution_options(yield_per=10_000)):
            out.write("\t".join(map(str, row)) + "\n")
            count += 1
    kept = [line for line in outside if chain is None or line.split("\t")[1] == chain]
    (folder / "anchors.txt").write_text("".join(kept), encoding="ascii")
    shutil.copyfile(Path(__file__).with_name(SCRIPT), folder / SCRIPT)
    return count
