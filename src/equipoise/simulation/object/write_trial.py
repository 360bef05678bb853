"""A virtual trial as a folder of files that says of itself that it is virtual."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from equipoise.conduct.record import Record
from equipoise.protocol.read.resolve import write_text
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.provenance import ORIGIN
from equipoise.sdtm.read.write import write_dataset_json, write_parquet, write_xpt

_SUFFIX = {"xpt": ".xpt", "parquet": ".parquet", "json": ".json"}


def origin_of(record: Record, data: SDTM) -> dict[str, Any]:
    """Where a virtual trial's tables come from, as JSON would say it."""
    return {
        "virtual": record.virtual,
        "trial": record.protocol.trial.id,
        "truth": record.truth,
        "seed": record.seed,
        "number": record.trial,
        "protocol_digest": record.protocol.digest,
        "digest": data.digest,
        "subjects": data.table("DM").height,
    }


def write_trial(
    record: Record,
    data: SDTM,
    folder: str | Path,
    *,
    file_format: Literal["xpt", "parquet", "json"] | str = "xpt",
) -> dict[str, Any]:
    """Write the tables of a virtual trial and `origin.json` beside them; returns what that says.

    What an earlier trial left in the folder goes, so that no domain of it stays among the new ones.
    """
    where = Path(folder)
    write = {"xpt": write_xpt, "parquet": write_parquet, "json": write_dataset_json}[file_format]
    names = {name.lower(): table for name, table in data.tables.items()}
    written = {path.name for path in write(names, where, labels=data.labels)}
    if (where / ORIGIN).exists():
        for path in where.iterdir():
            if path.suffix in _SUFFIX.values() and path.name not in written | {ORIGIN}:
                path.unlink()
    origin = origin_of(record, data)
    write_text(where / ORIGIN, json.dumps(origin, indent=2) + "\n")
    return origin
