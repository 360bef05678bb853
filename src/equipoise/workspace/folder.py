"""A trial's folder: protocol.yaml, sdtm/, and build/ with one folder per look."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from equipoise.errors import InputError
from equipoise.extensions import extensions_state
from equipoise.workspace.manifest import MANIFEST, Manifest

if TYPE_CHECKING:
    import polars as pl

    from equipoise.adam.model import ADaM
    from equipoise.protocol import Protocol
    from equipoise.sdtm.model import SDTM
    from equipoise.sdtm.provenance import DataOrigin

_AMENDS: Final = re.compile(r"""\bamends["']?\s*:\s*["']?([^"',}\n#]+)""")
_PROTOCOL = "protocol.yaml"
_CODE = (".py", ".yaml", ".json", ".html", ".css", ".csv", ".R")


@dataclass(frozen=True, slots=True)
class Workspace:
    """The files of one trial.

    folder : it has sdtm/ and gets build/; protocol_file : the protocol, which may have another name
    out : what builds are put into, if not build/ of the folder

    >>> space = Workspace.at("examples/netter1")
    >>> space.looks()
    ('PFS final', 'OS interim', 'OS final')
    >>> space.look_folder("PFS final").as_posix()
    'examples/netter1/build/pfs-final'
    """

    folder: Path
    protocol_file: Path
    out: Path | None = None

    @classmethod
    def at(cls, where: str | Path | Workspace, *, out: str | Path | None = None) -> Workspace:
        """The workspace of a folder or of a protocol file. Raises InputError if there is none."""
        if isinstance(where, Workspace):
            return where if out is None else replace(where, out=Path(out))
        file = protocol_file(where)
        if not file.is_file():
            raise InputError(f"{file}: there is no such protocol file")
        return cls(file.parent, file, None if out is None else Path(out))

    @property
    def sdtm(self) -> Path:
        """Where the collected data are."""
        return self.folder / "sdtm"

    def protocol(self) -> Protocol:
        """The protocol, read and checked. Raises ProtocolError."""
        from equipoise.meaning.check import read

        return read(self.protocol_file)

    def looks(self) -> tuple[str, ...]:
        """The protocol's looks by their full names, in its order."""
        from equipoise.meaning.looks import look_labels

        return tuple(look_labels(self.protocol()))

    def look_folder(self, look: str) -> Path:
        """The folder of a look's build: its name in small letters, joined by hyphens."""
        return self._built / slug(look)

    @property
    def _built(self) -> Path:
        return self.out or self.folder / "build"

    def builds(self) -> Iterator[Manifest]:
        """The manifests of the looks that are built, whether or not their files are as they say."""
        for file in sorted(self._built.glob(f"*/{MANIFEST}")):
            try:
                yield Manifest.read(file.parent)
            except InputError:
                continue

    def finished(self, look: str) -> Manifest | None:
        """The manifest of a look's build, if there is one and every file is as it says."""
        try:
            found = Manifest.read(self.look_folder(look))
        except InputError:
            return None
        return None if found.changed() else found

    def data(self, protocol: Protocol) -> tuple[SDTM, DataOrigin]:
        """The collected data, checked against the protocol's arms, and where they come from.

        Raises   DataError with every fault.
        """
        from equipoise.sdtm.provenance import read_origin
        from equipoise.sdtm.read.read import read_sdtm

        data = read_sdtm(self.sdtm, protocol=protocol)
        return data, read_origin(self.sdtm)

    def derived(self, look: str | None = None) -> ADaM:
        """The analysis datasets of a look, by default the report's, derived anew.

        Raises   ProtocolError, DataError, InputError.
        """
        from equipoise.adam.study import Study

        protocol = self.protocol()
        data, _ = self.data(protocol)
        return Study.of(data, protocol).adam(chosen_look(protocol, look))

    def queries(self) -> pl.DataFrame:
        """What only the site can settle, as `adam.queries` lists it; faults of the data as well."""
        from equipoise.adam.queries import queries
        from equipoise.sdtm.read.read import survey_sdtm

        protocol = self.protocol()
        return queries(survey_sdtm(self.sdtm, protocol=protocol), protocol=protocol)

    def patient_page(
        self, endpoint: str, *, subject: str, look: str | None = None, out: Path | None = None
    ) -> Path:
        """Write a patient's timeline, with why a value is what it is, as a web page.

        endpoint, subject : as in `explain`
        out : the file; by default one for the patient and the endpoint in build/patients
        """
        from equipoise.adam.explain.asked import subject_of
        from equipoise.reporting.patient import patient_page

        data = self.derived(look)
        name = f"{subject_of(data, subject)}-{endpoint}.html".replace(" ", "-")
        path = out or self.folder / "build" / "patients" / name
        return patient_page(data, endpoint, subject=subject, path=path)

    def inputs(self, **options: Any) -> str:
        """SHA-256 of everything a build depends on: files, options, this program, extensions."""
        state = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
        data = sorted(p for p in self.sdtm.glob("*") if p.is_file()) if self.sdtm.is_dir() else []
        texts = [path for path in (self.folder / "text.yaml",) if path.is_file()]
        given = (str(path) for path in (*_versions(self.protocol_file), *texts, *data))
        for file in (*given, *_code(os.path.dirname(os.path.dirname(__file__)))):
            with open(file, "rb", buffering=0) as opened:
                content = opened.read()
            state.update(f"{os.path.basename(file)}|{len(content)}|".encode())
            state.update(content)
        state.update(extensions_state())
        return state.hexdigest()


def _code(package: str) -> list[str]:
    """This program's own files; plain names, for there are more than a thousand of them."""
    found: list[str] = []
    for place, folders, files in os.walk(package):
        folders[:] = (name for name in folders if name != "__pycache__")
        found.extend(os.path.join(place, name) for name in files if name.endswith(_CODE))
    return sorted(found)


def _versions(file: Path) -> list[Path]:
    """A protocol file and those before it, as each names what it amends; none is checked."""
    found = [file]
    while named := _AMENDS.search(file.read_text("utf-8", errors="replace")):
        file = file.parent / named[1].strip()
        if not file.is_file() or file in found:
            break
        found.append(file)
    return found


def protocol_file(where: str | Path) -> Path:
    """The protocol file of a trial's folder, or the file itself if that is given."""
    path = Path(where)
    return path / _PROTOCOL if path.is_dir() else path


def chosen_look(protocol: Protocol, look: str | None = None) -> str:
    """A look by its full name; by default the one that the report names, or else the first.

    Raises   InputError if there is no such look, or it would share its folder with another.
    """
    from equipoise.meaning.looks import default_look, known_look, look_labels

    name = known_look(protocol, look or default_look(protocol))
    alike = [other for other in look_labels(protocol) if slug(other) == slug(name)]
    if len(alike) > 1 or not slug(name):
        raise InputError(
            f'looks {", ".join(alike)}: one folder "{slug(name)}" for all of them; '
            "expected names that differ in letters or digits"
        )
    return name


def slug(look: str) -> str:
    """`PFS final` as a folder name: pfs-final."""
    return re.sub(r"[\W_]+", "-", look.lower()).strip("-")
