"""A virtual trial into a trial's folder, where `build` then finds it as it finds collected data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.workspace.folder import protocol_file
from equipoise.workspace.write import told

if TYPE_CHECKING:
    from equipoise.conduct.record import Record
    from equipoise.sdtm.model import SDTM


@dataclass(frozen=True, slots=True)
class VirtualData:
    """A virtual trial and its tables as they were written.

    origin : what origin.json beside them says of where they come from
    """

    record: Record
    data: SDTM
    origin: dict[str, Any]
    folder: Path


def run_into(
    where: str | Path,
    *,
    truth: str,
    seed: int,
    trial: int = 0,
    out: str | Path | None = None,
    file_format: str = "xpt",
) -> VirtualData:
    """Run one virtual trial and write what was collected as SDTM.

    where : a protocol file, or the folder that holds protocol.yaml
    truth, seed, trial : as in `run`
    out : folder that gets sdtm/; by default the protocol's own
    file_format : xpt, parquet or json
    Raises   ProtocolError; InputError if there is no such truth, or the files cannot be written.
    Checked  tests/unit/workspace/test_run.py
    """
    from equipoise.meaning.check import read
    from equipoise.sdtm.tabulate.tabulate import tabulate
    from equipoise.simulation.object.run import run
    from equipoise.simulation.object.write_trial import write_trial

    path = protocol_file(where)
    record = run(read(path), truth=truth, seed=seed, trial=trial)
    data = tabulate(record)
    folder = Path(out or path.parent) / "sdtm"
    with told(folder, "written"):
        origin = write_trial(record, data, folder, file_format=file_format)
    return VirtualData(record, data, origin, folder)
