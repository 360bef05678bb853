"""The street from data to report, stage by stage, as every command that walks it does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.cli.workspace import MANIFEST, Workspace, digest_of, manifest_of, whole

if TYPE_CHECKING:
    from equipoise.adam.model import ADaM
    from equipoise.analysis.results import Results
    from equipoise.protocol import Protocol
    from equipoise.sdtm.model import Snapshot
    from equipoise.sdtm.provenance import Origin

STAGES = ("cut", "derive", "analyze", "report")
Say = Callable[[str], None]


def walk(space: Workspace, *, look: str | None, upto: str, trials: int) -> dict[str, Any]:
    """Do what is stale up to a stage; returns the manifest, with "fresh" if nothing was.

    Raises   ProtocolError, DataError, InputError; an earlier build then stays as it was.
    """
    protocol = space.protocol()
    name = look or protocol.report.look or next(_looks(protocol), "")
    key = space.inputs(look=name)
    target = space.build(name)
    known = manifest_of(target)
    if known is not None and _answers(known, key, upto, trials):
        return {**known, "fresh": True}
    with _progress() as say, whole(target) as folder:
        say("reading")
        data, origin = space.data(protocol)
        say("cut")
        from equipoise.adam.study import cut_at

        snapshot = cut_at(data, look=name)
        _write_tables(dict(snapshot.tables), folder / "snapshot")
        facts = {"inputs": key, "upto": upto, "trials": trials}
        results = _beyond(space, snapshot, origin, folder, upto, trials, say)
        return {**_finish(folder, facts, snapshot, origin, results), "fresh": False}


def _looks(protocol: Protocol) -> Iterator[str]:
    """Names of the protocol's looks; `adam.study` has them too, but costs the import of polars."""
    for endpoint, plan in protocol.design.hypotheses.items():
        yield from (f"{endpoint} {look}" for look in plan.looks)


def _answers(known: dict[str, Any], key: str, upto: str, trials: int) -> bool:
    """Whether a finished build of the same inputs came as far as is asked, or further."""
    far = STAGES.index(known["upto"]) >= STAGES.index(upto)
    return bool(known["inputs"] == key and far and trials in (0, known["trials"]))


def _beyond(
    space: Workspace,
    snapshot: Snapshot,
    origin: Origin,
    folder: Path,
    upto: str,
    trials: int,
    say: Say,
) -> Results | None:
    from equipoise.adam.derive import derive
    from equipoise.adam.submit.define import write_define

    if upto == "cut":
        return None
    say("derive")
    data = derive(snapshot)
    _write_tables(dict(data.tables), folder / "adam")
    write_define(data, folder / "adam" / "define.xml")
    if upto == "derive":
        return None
    say("analyze")
    results = _analyzed(data, origin, trials, say)
    write_results(results, folder)
    if upto == "report":
        say("report")
        from equipoise.reporting.html import report

        report(results, folder / "report.html")
    return results


def _analyzed(data: ADaM, origin: Origin, trials: int, say: Say) -> Results:
    """The results; for virtual patients, with the intervals of many such trials beside them."""
    from equipoise.analysis.analyze import analyze

    results = analyze(data)
    known = origin.truth in data.protocol.truth
    if not (data.virtual and known and data.protocol.report.published and trials):
        return results
    import polars as pl

    from equipoise.simulation.operating.published import published_intervals

    assert origin.truth is not None
    say(f"{trials} virtual trials")
    rows = published_intervals(
        data.protocol, truth=origin.truth, seed=origin.seed or 0, trials=trials, look=data.look
    )
    return replace(results, rows=pl.concat([results.rows, rows]))


def _write_tables(tables: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, table in tables.items():
        table.write_parquet(folder / f"{name.lower()}.parquet")


def write_results(results: Results, folder: Path) -> None:
    """results.parquet and results.json: every row, unrounded, with the digests they rest on."""
    import polars as pl

    data = results.data
    facts = {"protocol": data.protocol.digest, "snapshot": data.snapshot.digest}
    table = results.rows.with_columns(pl.lit(v).alias(f"{k}_digest") for k, v in facts.items())
    table.write_parquet(folder / "results.parquet")
    whole_text = {
        "trial": data.protocol.trial.id,
        "look": data.look,
        "cutoff": data.date.isoformat() if data.date else None,
        "virtual": data.virtual,
        "seed": data.snapshot.seed,
        **{f"{k}_digest": v for k, v in facts.items()},
        "rows": [
            {k: v for k, v in row.items() if v not in ("", None) or k == "value"}
            for row in results.rows.iter_rows(named=True)
        ],
    }
    text = json.dumps(whole_text, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "results.json").write_text(text + "\n", encoding="utf-8")


def _finish(
    folder: Path,
    facts: dict[str, Any],
    snapshot: Snapshot,
    origin: Origin,
    results: Results | None,
) -> dict[str, Any]:
    """The manifest: digests of protocol, snapshot and every artefact; version; seed."""
    from equipoise import __version__

    files = sorted(p for p in folder.rglob("*") if p.is_file())
    manifest = {
        "equipoise": __version__,
        "look": snapshot.look,
        "cutoff": snapshot.date.isoformat() if snapshot.date else None,
        "virtual": snapshot.virtual,
        "seed": origin.seed,
        "truth": origin.truth,
        "protocol": snapshot.protocol_digest,
        "snapshot": snapshot.digest,
        "source": snapshot.source,
        **facts,
        "artefacts": {str(p.relative_to(folder)): digest_of(p) for p in files},
        "summary": _summary(results),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return manifest


def _summary(results: Results | None) -> dict[str, Any]:
    if results is None:
        return {}
    protocol = results.data.protocol
    arms = results.data.table("ADSL")["TRT01P"]
    primary = [k for k, e in protocol.estimands.items() if e.role == "primary"]
    return {
        "patients": len(arms),
        "arms": {arm.label: int((arms == key).sum()) for key, arm in protocol.arms.items()},
        "primary": {key: repr(results[key]) for key in primary},
    }


@contextmanager
def _progress() -> Iterator[Say]:
    """A line that says which stage is under way, on a terminal only."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda stage: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("")
        yield lambda stage: bar.update(task, description=stage)
