"""Two finished builds beside one another."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.errors import EquipoiseError, InputError
from equipoise.workspace.folder import Workspace, chosen_look
from equipoise.workspace.manifest import MANIFEST, Manifest

if TYPE_CHECKING:
    from equipoise.reporting.comparison.compare import BuildComparison
    from equipoise.reporting.comparison.sides import BuildSide


def compare(before: str | Path, after: str | Path) -> BuildComparison:
    """What changed between two builds, number by number, with the patients behind each change.

    before, after : folders of builds, as trial/build/pfs-final; a trial's folder means the build
        of the look that its report names
    Raises   InputError if one is no build, did not come as far as results, or was changed by hand.
    """
    from equipoise.reporting.comparison.compare import compared_builds

    return compared_builds(_side(before), _side(after))


def _side(where: str | Path) -> BuildSide:
    import polars as pl

    from equipoise.analysis.results import ROW_SCHEMA
    from equipoise.reporting.comparison.sides import BuildSide

    manifest = Manifest.read(_folder(Path(where)))
    folder = manifest.folder
    if not manifest.reaches("analyze"):
        raise InputError(
            f"{folder}: the build ends with {manifest.upto}; expected one with results, "
            "do: equipoise build"
        )
    changed = [name for name in manifest.changed() if not name.startswith("snapshot/")]
    if changed:
        raise InputError(
            f"{folder}: {', '.join(changed)} is not what was built; do: equipoise build"
        )
    rows = pl.read_parquet(folder / "results.parquet").select(list(ROW_SCHEMA))
    files = sorted((folder / "adam").glob("*.parquet"))
    return BuildSide(
        name=str(where),
        look=manifest.look,
        cutoff=manifest.cutoff.isoformat() if manifest.cutoff else "",
        protocol=manifest.protocol,
        snapshot=manifest.snapshot,
        program=manifest.equipoise,
        rows=rows,
        tables={path.stem.upper(): pl.read_parquet(path) for path in files},
        asked=partial(_endpoints, folder),
    )


def _folder(path: Path) -> Path:
    """The build itself, or that of a trial's report."""
    if (path / MANIFEST).is_file() or not (path / "protocol.yaml").is_file():
        return path
    space = Workspace.at(path)
    return space.look_folder(chosen_look(space.protocol()))


def _endpoints(folder: Path) -> dict[str, tuple[str, str]]:
    """Estimand -> dataset and parameter, by the protocol beside; none where it cannot be read."""
    file = folder.parent.parent / "protocol.yaml"
    if not file.is_file():
        return {}
    try:
        protocol = Workspace.at(file).protocol()
    except EquipoiseError:
        return {}
    found = {}
    for key, estimand in protocol.estimands.items():
        endpoint = protocol.endpoints[estimand.endpoint]
        timed = endpoint.type == "time to event" or endpoint.worse_by is not None
        dataset = "ADTTE" if timed else endpoint.data or "ADQS"
        found[key] = (dataset, estimand.endpoint if timed else endpoint.parameter or "")
    return found
