"""A finished build again: its results by independent libraries, its files by their digests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from equipoise.errors import InputError
from equipoise.workspace.manifest import Manifest

if TYPE_CHECKING:
    from equipoise.reporting.verification import Check


class Digest(NamedTuple):
    """What the manifest cites of a file, or of the protocol, and what is found; None: no file."""

    file: str
    cited: str
    found: str | None

    @property
    def agrees(self) -> bool:
        return self.cited == self.found


@dataclass(frozen=True, slots=True)
class Verification:
    """Every number of ours beside theirs, and every digest beside the one cited."""

    results: tuple[Check, ...]
    digests: tuple[Digest, ...]

    @property
    def disagreeing(self) -> int:
        """How many numbers and digests are not what they should be."""
        right = [*(c.agrees for c in self.results), *(d.agrees for d in self.digests)]
        return right.count(False)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "results": [
                {**asdict(c), "difference": c.difference, "agrees": c.agrees} for c in self.results
            ],
            "digests": [{**d._asdict(), "agrees": d.agrees} for d in self.digests],
            "disagreeing": self.disagreeing,
        }

    def in_brief(self) -> str:
        """`86 results compared, 0 not recomputed, 22 digests; none disagreeing`"""
        compared = sum(bool(c.by) for c in self.results)
        return (
            f"{compared} results compared, {len(self.results) - compared} not recomputed, "
            f"{len(self.digests)} digests; {self.disagreeing or 'none'} disagreeing"
        )

    def __repr__(self) -> str:
        return f"Verification  {self.in_brief()}"


def verify(folder: str | Path, *, protocol: str | Path | None = None) -> Verification:
    """Recompute every primary and secondary result of a build, and the digest of each file.

    folder : a look's folder, such as trial/build/pfs-final
    protocol : its protocol file, if that is not protocol.yaml of the trial
    Raises   InputError if it is no build, has no results, or a library is missing; ProtocolError.
    Checked  tests/unit/cli/test_verify.py; tests/oracle/test_verify_virtual.py
    """
    import polars as pl

    from equipoise.meaning.check import read
    from equipoise.reporting import verification

    where = Path(folder)
    manifest = Manifest.read(where)
    results = where / "results.parquet"
    if not results.is_file():
        raise InputError(f"{folder}: it has no results.parquet; build it as far as `analyze`")
    adam = sorted((where / "adam").glob("*.parquet"))
    tables = {path.stem.upper(): pl.read_parquet(path) for path in adam}
    plan = read(protocol or where.resolve().parent.parent / "protocol.yaml")
    digests = tuple(_digests(manifest, plan.digest))
    checks = verification.verify(pl.read_parquet(results), tables, plan)
    return Verification(tuple(checks), digests)


def _digests(manifest: Manifest, protocol: str) -> Iterator[Digest]:
    yield Digest("protocol", manifest.protocol, protocol)
    for name, found in manifest.found().items():
        yield Digest(name, manifest.artefacts[name], found)
