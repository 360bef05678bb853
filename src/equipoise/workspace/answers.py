"""The results of a look: as a finished build has them, or else analyzed anew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from equipoise.errors import Finding
from equipoise.workspace.folder import Workspace, chosen_look
from equipoise.workspace.write import CARRIED, REPORT_SAID

if TYPE_CHECKING:
    import polars as pl

    from equipoise.adam.model import ADaM
    from equipoise.analysis.results import Results
    from equipoise.protocol import Protocol
    from equipoise.reporting.facts import SaidBefore
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
    return _found(Workspace.at(where), look, collected=collected)[0]


def _found(
    space: Workspace, look: str | None, *, collected: bool
) -> tuple[Results, Manifest | None]:
    """The results, and the build that lent them."""
    protocol = space.protocol()
    name = chosen_look(protocol, look)
    built = _fresh(space, name)
    data = None
    if built is not None and not collected:
        data = lent(built, protocol)
    return _results(space.derived(name) if data is None else data, built), built


def write_report(
    where: str | Path | Workspace,
    out: str | Path,
    *,
    look: str | None = None,
    style: str = BUILT_STYLE,
) -> Path:
    """Write the report of a look in a style; a build of the same inputs lends its own.

    Raises   ProtocolError, DataError, InputError.
    """
    from equipoise.reporting.write import write_text

    space = Workspace.at(where)
    made = _finished(space, look) if style == BUILT_STYLE else None
    if made is not None:
        return write_text(Path(out), made.read_text(encoding="utf-8"))
    from equipoise.reporting.documents.people import read_texts
    from equipoise.reporting.html import render

    results, built = _found(space, look, collected=False)
    text, before = read_texts(space.folder), _said_before(built)
    return write_text(Path(out), render(results, style=style, text=text, before=before))


def _said_before(built: Manifest | None) -> SaidBefore | None:
    """What the report of a build says in every style; None where it has none."""
    from equipoise.reporting.facts import SaidBefore

    if built is None or REPORT_SAID not in built.artefacts:
        return None
    return SaidBefore.from_dict(
        json.loads((built.folder / REPORT_SAID).read_text(encoding="utf-8"))
    )


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
    if said["snapshot digest"] != built.snapshot:
        return None
    cut = _snapshot(built, protocol, said)
    # Of the very files, which are as the manifest says.
    vars(cut).update(digest=built.snapshot, heights=said["rows"])
    told = tuple(Finding(**one) for one in said["findings"])
    return ADaM(KeptTables(built.folder / "adam", said["adam"]), cut, protocol, told)


def _snapshot(built: Manifest, protocol: Protocol, said: dict[str, Any]) -> Snapshot:
    from equipoise.sdtm.cut.ledger import excluded
    from equipoise.sdtm.model import Snapshot

    return Snapshot(
        look=built.look,
        date=built.cutoff,
        tables=KeptTables(built.folder / "snapshot", said["snapshot"]),
        protocol_digest=built.protocol,
        cut_from=built.source,
        virtual=built.virtual,
        seed=built.seed,
        findings=tuple(Finding(**one) for one in said["snapshot findings"]),
        excluded=excluded(said["excluded"]),
        protocol=protocol,
        read=said["read"],
    )


class KeptTables(Mapping[str, "pl.DataFrame"]):
    """Tables as `write_tables` wrote them, in their own order; each read when asked for."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        self._files = {name: folder / f"{name.lower()}.parquet" for name in names}
        self._read: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._read:
            import polars as pl

            self._read[name] = pl.read_parquet(self._files[name])
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __repr__(self) -> str:
        return f"KeptTables  {', '.join(self._files)}"


def _results(data: ADaM, built: Manifest | None) -> Results:
    if built is None:
        from equipoise.analysis.analyze import analyze

        return analyze(data)
    import polars as pl

    from equipoise.analysis.results import ROW_SCHEMA, Results

    rows = pl.read_parquet(built.folder / "results.parquet")
    return Results(rows.select(list(ROW_SCHEMA)), data, data.findings)
