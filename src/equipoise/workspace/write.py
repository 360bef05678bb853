"""What a build writes: tables, what they carry, results; a full disk is told in one sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from equipoise.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from equipoise.adam.model import ADaM
    from equipoise.analysis.results import Results

CARRIED: Final = "carried.json"
"""What a build's datasets carry beside their rows."""

REPORT_SAID: Final = "report.json"
"""What a build's report says in every style."""


def write_tables(tables: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """A Parquet file for each table, in a new folder."""
    from equipoise.frames import write_table

    folder.mkdir(parents=True)
    for name, table in tables.items():
        write_table(table, folder / f"{name.lower()}.parquet")


def write_results(results: Results, folder: Path) -> None:
    """results.parquet and results.json: every row, unrounded, with the digests they rest on."""
    import polars as pl

    from equipoise.frames import write_table

    data = results.data
    cited = {"protocol_digest": data.protocol.digest, "snapshot_digest": data.snapshot.digest}
    table = results.rows.with_columns(pl.lit(v).alias(k) for k, v in cited.items())
    write_table(table, folder / "results.parquet")
    text = json.dumps(_plain(results, cited), indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "results.json").write_text(text + "\n", encoding="utf-8")


def _plain(results: Results, cited: Mapping[str, str]) -> dict[str, Any]:
    data = results.data
    return {
        "trial": data.protocol.trial.id,
        "look": data.look,
        "cutoff": data.date.isoformat() if data.date else None,
        "virtual": data.virtual,
        "seed": data.snapshot.seed,
        **cited,
        "rows": [
            {k: v for k, v in row.items() if v not in ("", None) or k == "value"}
            for row in results.rows.iter_rows(named=True)
        ],
    }


def write_carried(data: ADaM, folder: Path) -> None:
    """carried.json: the snapshot's digest, findings, what the cut took away, rows read."""
    cut = data.snapshot
    said = {
        "adam": list(data.tables),
        "snapshot": list(cut.tables),
        "snapshot digest": cut.digest,
        "rows": dict(cut.heights),
        "read": dict(cut.read),
        "excluded": cut.excluded.to_dicts(),
        "snapshot findings": [asdict(one) for one in cut.findings],
        "findings": [asdict(one) for one in data.findings],
    }
    text = json.dumps(said, indent=1, ensure_ascii=False)
    (folder / CARRIED).write_text(text + "\n", encoding="utf-8")


def write_built_report(results: Results, folder: Path, *, text: Mapping[str, str]) -> None:
    """report.html, and report.json with what a report in another style says too."""
    from equipoise.reporting.facts import SaidBefore
    from equipoise.reporting.html import render
    from equipoise.reporting.write import write_text

    before = SaidBefore.of(results)
    write_text(folder / "report.html", render(results, text=text, before=before))
    said = json.dumps(before.to_dict(), indent=1, ensure_ascii=False)
    (folder / REPORT_SAID).write_text(said + "\n", encoding="utf-8")


@contextmanager
def told(place: Path, verb: str) -> Iterator[None]:
    """A disk that is full, or a folder that may not be written to, as a sentence with its place.

    verb : "built", "written"
    Raises   InputError in place of an OSError.
    """
    try:
        yield
    except OSError as problem:
        named = problem.filename
        inside = named is None or Path(named).is_relative_to(place.parent)
        where = "" if inside else f"{named}: "
        why = problem.strerror or problem
        raise InputError(f"{place}: cannot be {verb}: {where}{why}") from None
