"""What a build says of itself: what it rests on, how far it went, and a digest of each file."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from equipoise.errors import InputError

MANIFEST = "manifest.json"
Stage = Literal["cut", "derive", "analyze", "report"]
STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True, slots=True)
class Summary:
    """What was analyzed, in brief.

    patients : how many; arms : label -> how many
    primary : primary estimand -> its answer, in a line that could stand in a paper
    """

    patients: int
    arms: Mapping[str, int]
    primary: Mapping[str, str]


@dataclass(frozen=True, slots=True, repr=False)
class Manifest:
    """A build of one look.

    equipoise : the version that built it
    look, cutoff : its name; its last day, None where everything is in
    virtual, seed, truth : whether the patients are simulated, and then how
    protocol, snapshot, source : digests (SHA-256) of the protocol, of the data as cut, and of the
        data they were cut from
    inputs : digest of everything that the build depends on; another one makes it stale
    upto : the last stage that was built: cut, derive, analyze or report
    trials : virtual trials behind the intervals of published figures
    extensions : distribution and version -> what it adds, of what took part
    artefacts : file, from `folder` on -> its digest
    summary : None before `analyze`
    reconciliation : what became of subjects, rows, conditions and analyses; {} before `derive`
    looks : every look of the protocol, the one that is built unasked first
    folder : where it stands; fresh : it was there already, and nothing had to be done
    others : the protocol's other looks, where none was asked for by name
    """

    equipoise: str
    look: str
    cutoff: dt.date | None
    virtual: bool
    seed: int | None
    truth: str | None
    protocol: str
    snapshot: str
    source: str
    inputs: str
    upto: Stage
    trials: int
    artefacts: Mapping[str, str]
    summary: Summary | None
    reconciliation: Mapping[str, Any]
    extensions: Mapping[str, list[str]]
    looks: tuple[str, ...]
    folder: Path = field(compare=False)
    fresh: bool = field(default=False, compare=False)
    others: tuple[str, ...] = field(default=(), compare=False)

    @property
    def report(self) -> Path | None:
        """The report, if the build went so far."""
        return self.folder / "report.html" if self.reaches("report") else None

    def reaches(self, stage: Stage) -> bool:
        """Whether the build went as far as a stage, or further."""
        return STAGES.index(self.upto) >= STAGES.index(stage)

    def changed(self) -> list[str]:
        """The artefacts that are missing, or are no longer what was built."""
        return [name for name, digest in self.found().items() if digest != self.artefacts[name]]

    def found(self) -> dict[str, str | None]:
        """Artefact -> the digest of the file that is there now; None where there is none."""
        files = {name: self.folder / name for name in self.artefacts}
        return {k: digest_of(path) if path.is_file() else None for k, path in files.items()}

    def to_dict(self) -> dict[str, Any]:
        """As it stands in manifest.json: plain values, without the folder."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if f.compare}
        told = self.summary
        return {
            **said,
            "cutoff": self.cutoff.isoformat() if self.cutoff else None,
            "artefacts": dict(self.artefacts),
            "reconciliation": dict(self.reconciliation),
            "extensions": dict(self.extensions),
            "looks": list(self.looks),
            "summary": {f.name: getattr(told, f.name) for f in fields(told)} if told else {},
        }

    def write(self) -> None:
        """Write manifest.json into the folder."""
        text = json.dumps(self.to_dict(), indent=1)
        (self.folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: str | Path) -> Manifest:
        """The manifest of a build's folder. Raises InputError if there is none, or it is none."""
        file = Path(folder) / MANIFEST
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InputError(
                f"{folder}: no build, for it has no {MANIFEST}{_built(file)}"
            ) from None
        except ValueError:
            said = None
        found = _understood(said, Path(folder))
        if found is None:
            raise InputError(f"{file}: expected the manifest of a build")
        return found

    def __repr__(self) -> str:
        when = f", cut at {self.cutoff}" if self.cutoff else ""
        who = "virtual patients" if self.virtual else "patients"
        people = f": {self.summary.patients} {who}" if self.summary else ""
        return f"Manifest  {self.look}{when}{people}; {self.upto}, {len(self.artefacts)} files"


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


_TEXTS = ("equipoise", "look", "protocol", "snapshot", "source", "inputs")


def _built(file: Path) -> str:
    """The looks of a trial whose own folder was given."""
    looks = sorted(str(f.parent) for f in file.parent.glob(f"build/*/{MANIFEST}"))
    return f"; built there: {', '.join(looks)}" if looks else ""


def _understood(said: Any, folder: Path) -> Manifest | None:
    """A manifest from plain values; None if another version wrote it, or a hand changed it."""
    own = [f.name for f in fields(Manifest) if f.compare]
    if not isinstance(said, dict) or not set(own) <= set(said) or said["upto"] not in STAGES:
        return None
    if not all(isinstance(said[name], str) for name in _TEXTS):
        return None
    if not all(isinstance(said[name], dict) for name in ("reconciliation", "extensions")):
        return None
    if not isinstance(said["trials"], int) or not isinstance(said["virtual"], bool):
        return None
    if not isinstance(said["looks"], list) or not all(isinstance(x, str) for x in said["looks"]):
        return None
    try:
        given = {
            "cutoff": dt.date.fromisoformat(said["cutoff"]) if said["cutoff"] else None,
            "looks": tuple(said["looks"]),
            "artefacts": {str(name): str(v) for name, v in said["artefacts"].items()},
            "summary": Summary(**said["summary"]) if said["summary"] else None,
        }
    except (ValueError, TypeError, AttributeError):
        return None
    return Manifest(**{name: said[name] for name in own} | given, folder=folder)
