"""A new version of the protocol: sites work under it once they have approved it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, ClassVar

from equipoise.conduct.commands.model import Command, CommandDesk
from equipoise.errors import EquipoiseError
from equipoise.meaning.check import read
from equipoise.protocol import Protocol
from equipoise.protocol.read.resolve import resolve, to_json
from equipoise.protocol.write.amend import diff
from equipoise.version import __version__


class ActivateVersion(Command):
    """Make an amended protocol the trial's version; a site that has not approved it cannot enrol.

    version : its name here; file : the whole text of the protocol
    """

    name: ClassVar[str] = "activate version"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True

    version: str
    file: str

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A protocol that reads without a fault, and leaves alone what is frozen by now."""
        if desk.unit.row("protocol_version", self.version) is not None:
            yield f"there is a version {self.version}"
        try:
            new = self._read()
        except EquipoiseError as problem:
            yield from str(problem).splitlines()
            return
        if new.digest == desk.protocol.digest:
            yield f"version {self.version} is word for word version {desk.trial['version']}"
        if desk.unit.count("allocation", list=desk.trial["kind"]):
            frozen = [one.sentence for one in diff(desk.protocol, new) if one.frozen]
            yield from (f"frozen since the first subject was randomized: {one}" for one in frozen)

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `protocol_version`, and the trial's version."""
        unit, new = desk.unit, self._read()
        resolved = to_json(resolve(new))  # in its own order, on which the list hangs
        unit.insert(
            "protocol_version", id=self.version, digest=new.digest, file=self.file,
            resolved=resolved, at=unit.at, by=desk.by, tested=f"equipoise {__version__}",
        )  # fmt: skip
        unit.change("trial", desk.trial, version=self.version)
        return {"version": self.version, "digest": new.digest}

    def _read(self) -> Protocol:
        stream = BytesIO(self.file.encode())
        stream.name = f"version {self.version}.yaml"
        return read(stream)
