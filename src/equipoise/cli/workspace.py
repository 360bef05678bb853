"""A trial's folder: protocol.yaml, sdtm/, and build/ with one folder per look."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.errors import InputError

if TYPE_CHECKING:
    from equipoise.protocol import Protocol
    from equipoise.sdtm.model import SDTM
    from equipoise.sdtm.provenance import Origin

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The files of one trial."""

    folder: Path
    protocol_file: Path

    @classmethod
    def at(cls, where: Path) -> Workspace:
        """The workspace of a folder or of a protocol file. Raises InputError if there is none."""
        file = where / "protocol.yaml" if where.is_dir() else where
        if not file.is_file():
            raise InputError(f"{file}: there is no such protocol file")
        return cls(file.parent, file)

    @property
    def sdtm(self) -> Path:
        return self.folder / "sdtm"

    def build(self, look: str) -> Path:
        """The folder of a look: its name in small letters, joined by hyphens."""
        if not slug(look):
            raise InputError(f'{self.protocol_file}: there is no look "{look}" to build')
        return self.folder / "build" / slug(look)

    def protocol(self) -> Protocol:
        from equipoise.meaning.check import read

        return read(self.protocol_file)

    def data(self, protocol: Protocol) -> tuple[SDTM, Origin]:
        """The collected data, checked against the protocol's arms. Raises DataError."""
        from equipoise.sdtm.provenance import read_origin
        from equipoise.sdtm.read.read import read_sdtm

        data = read_sdtm(self.sdtm, protocol=protocol)
        return data, read_origin(self.sdtm)

    def inputs(self, **options: Any) -> str:
        """SHA-256 of everything a build depends on: files, options, and this program itself."""
        state = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
        package = Path(__file__).parent.parent
        code = sorted(p for p in package.rglob("*") if p.suffix in _CODE)
        data = sorted(p for p in self.sdtm.glob("*") if p.is_file()) if self.sdtm.is_dir() else []
        for path in (self.protocol_file, *data, *code):
            state.update(f"{path.name}|{path.stat().st_size}|".encode())
            state.update(path.read_bytes())
        return state.hexdigest()


_CODE = (".py", ".yaml", ".json", ".html", ".css", ".csv")


def slug(look: str) -> str:
    """`PFS final` as a folder name: pfs-final."""
    return re.sub(r"[^a-z0-9]+", "-", look.lower()).strip("-")


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def manifest_of(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished build whose artefacts are all as it says; else None."""
    file = folder / MANIFEST
    if not file.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        parts = {k: found[k] for k in ("inputs", "upto", "trials", "artefacts")}
    except (ValueError, KeyError, TypeError):
        return None  # another version wrote it, or a hand changed it: it is no finished build
    for name, digest in parts["artefacts"].items():
        if not (folder / name).is_file() or digest_of(folder / name) != digest:
            return None
    return found


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """A scratch folder that takes the place of `folder` at the end, or leaves it as it was."""
    new = not folder.parent.exists()
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        yield scratch
        scratch.chmod(0o755)
        if folder.exists():
            old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.old."))
            os.replace(folder, old / folder.name)
            try:
                os.replace(scratch, folder)
            except BaseException:
                os.replace(old / folder.name, folder)
                raise
            finally:
                shutil.rmtree(old, ignore_errors=True)
        else:
            os.replace(scratch, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        if new and not folder.exists():
            folder.parent.rmdir()
