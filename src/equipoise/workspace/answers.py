"""The results of a look: as a finished build has them, or else analyzed anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.workspace.folder import Workspace, chosen_look

if TYPE_CHECKING:
    from equipoise.analysis.results import Results


def results_of(where: str | Path | Workspace, look: str | None = None) -> Results:
    """Every number of a look, by default the one that the report names.

    A build of the same inputs lends its rows, those of virtual trials too.
    Raises   ProtocolError, DataError, InputError.
    """
    import polars as pl

    from equipoise.analysis.analyze import analyze
    from equipoise.analysis.results import ROW_SCHEMA, Results

    space = Workspace.at(where)
    name = chosen_look(space.protocol(), look)
    data = space.derived(name)
    built = space.finished(name)
    fresh = built is not None and built.inputs == space.inputs(look=name)
    if built is None or not fresh or not built.reaches("analyze"):
        return analyze(data)
    rows = pl.read_parquet(space.look_folder(name) / "results.parquet")
    return Results(rows.select(list(ROW_SCHEMA)), data, data.findings)
