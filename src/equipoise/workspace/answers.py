"""The results of a look: as a finished build has them, or else analyzed anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from equipoise.errors import Finding
from equipoise.workspace.folder import Workspace, chosen_look
from equipoise.workspace.write import CARRIED

if TYPE_CHECKING:
    import polars as pl

    from equipoise.adam.model import ADaM
    from equipoise.analysis.results import Results
    from equipoise.protocol import Protocol
    from equipoise.sdtm.model import Snapshot
    from equipoise.workspace.manifest import Manifest

BUILT_STYLE: Final = "regulator"
"""How the report that a build makes prints numbers."""


def results_of(
    where: str | Path | Workspace, look: str | None = None, *, collected: bool = True
) -> Results:
    """Every number of a look, by default the one that the report names.

    collected : whether the collected data are asked for behind those of the look
    A build of the same inputs lends its rows, those of virtual trials too; and where nobody asks
    for the collected data, its datasets.
    Raises   ProtocolError, DataError, InputError.
    Checked  tests/unit/workspace/test_answers.py, tests/mutants/test_workspace_mutants.py
    """
    space = Workspace.at(where)
    protocol = space.protocol()
    name = chosen_look(protocol, look)
    built = _fresh(space, name)
    data = None
    if built is not None and not collected:
        data = lent(built, protocol)
    return _results(space.derived(name) if data is None else data, built)


def write_report(
    where: str | Path | Workspace, out: Path, *, look: str | None = None, style: str = BUILT_STYLE
) -> Path:
    """Write the report of a look in a style; a build of the same inputs lends its own.

    Raises   ProtocolError, DataError, InputError.
    """
    from equipoise.reporting.write import write_text

    space = Workspace.at(where)
    made = _finished(space, look) if style == BUILT_STYLE else None
    if made is not None:
        return write_text(out, made.read_text(encoding="utf-8"))
    from equipoise.reporting.documents.people import read_texts
    from equipoise.reporting.html import report

    text = read_texts(space.folder)
    return report(results_of(space, look, collected=False), out, style=style, text=text)


def _finished(space: Workspace, look: str | None) -> Path | None:
    """The report of a build of the same inputs; None without one."""
    for found in space.builds():
        if found.look == (look or found.looks[0]) and found.reaches("report"):
            built = _fresh(space, found.look)
            return None if built is None else built.report
    return None


def _fresh(space: Workspace, look: str) -> Manifest | None:
    """A finished build of the same inputs, with results."""
    built = space.finished(look)
    if built is None or not built.reaches("analyze"):
        return None
    return built if built.inputs == space.inputs(look=look) else None


def lent(built: Manifest, protocol: Protocol) -> ADaM | None:
    """The analysis datasets of a finished build, without the collected data behind them.

    built : of the same inputs, its files as its manifest says; protocol : the one it was built by
    Returns  None where they are not those of the manifest's protocol, snapshot and source.
    Checked  tests/unit/workspace/test_answers.py: as derived anew, and so is every report.
    """
    from equipoise.adam.model import ADaM

    file = built.folder / CARRIED
    if protocol.digest != built.protocol or CARRIED not in built.artefacts:
        return None
    said = json.loads(file.read_text(encoding="utf-8"))
    cut = _snapshot(built, protocol, said)
    if cut.digest != built.snapshot:
        return None
    told = tuple(Finding(**one) for one in said["findings"])
    return ADaM(_tables(built.folder / "adam", said["adam"]), cut, protocol, told)


def _snapshot(built: Manifest, protocol: Protocol, said: dict[str, Any]) -> Snapshot:
    from equipoise.sdtm.cut.ledger import excluded
    from equipoise.sdtm.model import Snapshot

    return Snapshot(
        look=built.look,
        date=built.cutoff,
        tables=_tables(built.folder / "snapshot", said["snapshot"]),
        protocol_digest=built.protocol,
        source=built.source,
        virtual=built.virtual,
        seed=built.seed,
        findings=tuple(Finding(**one) for one in said["snapshot findings"]),
        excluded=excluded(said["excluded"]),
        protocol=protocol,
        read=said["read"],
    )


def _tables(folder: Path, names: list[str]) -> dict[str, pl.DataFrame]:
    """Tables as `write_tables` wrote them, in their own order."""
    import polars as pl

    return {name: pl.read_parquet(folder / f"{name.lower()}.parquet") for name in names}


def _results(data: ADaM, built: Manifest | None) -> Results:
    if built is None:
        from equipoise.analysis.analyze import analyze

        return analyze(data)
    import polars as pl

    from equipoise.analysis.results import ROW_SCHEMA, Results

    rows = pl.read_parquet(built.folder / "results.parquet")
    return Results(rows.select(list(ROW_SCHEMA)), data, data.findings)
