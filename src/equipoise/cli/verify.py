"""equipoise verify: the results of a build again, by independent libraries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from equipoise.reporting.verification import Check


def command(
    build: Annotated[Path, typer.Argument(help="A look's folder, such as trial/build/pfs-final.")],
    protocol: Annotated[
        Path | None, typer.Option(help="Its protocol file, if not protocol.yaml of the trial.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Recompute every primary and secondary result by independent libraries, and every digest.

    Prints ours, theirs and the relative difference; ends with 1 if any line disagrees.
    """
    import json

    import polars as pl

    from equipoise.errors import InputError
    from equipoise.meaning.check import read
    from equipoise.reporting.verification import verify

    manifest = _manifest(build)
    tables = {
        p.stem.upper(): pl.read_parquet(p) for p in sorted((build / "adam").glob("*.parquet"))
    }
    results = build / "results.parquet"
    if not results.is_file():
        raise InputError(f"{build}: it has no results.parquet; build it as far as `analyze`")
    plan = read(protocol or build.resolve().parent.parent / "protocol.yaml")
    digests = _digests(build, manifest, plan.digest)
    checks = verify(pl.read_parquet(results), tables, plan)
    failed = sum(not check.agrees for check in checks) + sum(not d["agrees"] for d in digests)
    if as_json:
        found = {"results": [_told(c) for c in checks], "digests": digests, "disagreeing": failed}
        typer.echo(json.dumps(found, indent=1, allow_nan=False))
    else:
        for line in _lines(checks, digests, failed):
            typer.echo(line)
    if failed:
        raise typer.Exit(1)


def _manifest(build: Path) -> dict[str, Any]:
    import json

    from equipoise.cli.workspace import MANIFEST
    from equipoise.errors import InputError

    try:
        found: dict[str, Any] = json.loads((build / MANIFEST).read_text(encoding="utf-8"))
        found["artefacts"].items()
        return found
    except FileNotFoundError:
        raise InputError(f"{build}: no build, for it has no {MANIFEST}") from None
    except (ValueError, KeyError, AttributeError, TypeError):
        raise InputError(f"{build / MANIFEST}: expected the manifest of a build") from None


def _digests(build: Path, manifest: dict[str, Any], protocol: str) -> list[dict[str, Any]]:
    """Each artefact and the protocol: the digest that the manifest cites, and the one found."""
    from equipoise.cli.workspace import digest_of

    found = [{"file": "protocol", "cited": manifest.get("protocol"), "found": protocol}]
    for name, cited in manifest["artefacts"].items():
        path = build / name
        here = digest_of(path) if path.is_file() else None
        found.append({"file": name, "cited": cited, "found": here})
    return [{**entry, "agrees": entry["cited"] == entry["found"]} for entry in found]


def _told(check: Check) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(check), "difference": check.difference, "agrees": check.agrees}


def _lines(checks: list[Check], digests: list[dict[str, Any]], failed: int) -> list[str]:
    rows = [("analysis", "method", "statistic", "where", "ours", "theirs", "difference", "by", "")]
    for c in checks:
        gap = "" if c.difference is None else f"{c.difference:.1e}"
        verdict = "" if c.agrees else "DISAGREES"
        theirs = _number(c.theirs) if c.by else "not recomputed"
        numbers = (_number(c.ours), theirs, gap, c.by, verdict)
        rows.append((c.analysis, c.method, c.statistic, c.where, *numbers))
    width = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(t.ljust(w) for t, w in zip(row, width)).rstrip() for row in rows]
    lines += [
        f"{d['file']}: digest {str(d['found'])[:12]}, the manifest cites {str(d['cited'])[:12]}"
        for d in digests
        if not d["agrees"]
    ]
    compared = sum(bool(c.by) for c in checks)
    lines.append(
        f"{compared} results compared, {len(checks) - compared} not recomputed, "
        f"{len(digests)} digests; {failed or 'none'} disagreeing"
    )
    return lines


def _number(value: float | None) -> str:
    return "not estimable" if value is None else f"{value:.12g}"
