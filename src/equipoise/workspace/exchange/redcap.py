"""An export of REDCap into a trial's store, by its map."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from equipoise.errors import InputError

if TYPE_CHECKING:
    from equipoise.conduct.exchange.redcap.account import RedcapImported
    from equipoise.workspace.conduct import ConductFolder


class SuggestedMap(NamedTuple):
    """A map that was written to be edited, and what it has no place for yet."""

    file: Path
    open: list[str]


def suggest_redcap_map(
    folder: ConductFolder, data: Path, dictionary: Path, out: Path
) -> SuggestedMap:
    """Write a map of a trial's forms to edit.

    Raises   InputError where there is a file already.
    """
    from equipoise.conduct.exchange.redcap.dictionary import read_redcap
    from equipoise.conduct.exchange.redcap.mapping import suggested_map
    from equipoise.protocol.read.resolve import write_text

    if out.exists():
        raise InputError(f"{out}: is there already; give it with --map, or take another name")
    export = read_redcap(_bytes(data), _bytes(dictionary), named=(str(data), str(dictionary)))
    text, missing = suggested_map(folder.protocol(folder.store()), export)
    write_text(out, text)
    return SuggestedMap(out, missing)


def import_redcap_files(
    folder: ConductFolder,
    data: Path,
    dictionary: Path,
    plan: Path,
    *,
    by: str,
    statistician: str = "",
    dry_run: bool = False,
) -> RedcapImported:
    """Enter an export of REDCap by an edited map: all of it, or nothing.

    by : an account that may enter data at every site of it; statistician : takes allocations in
    What was imported is then asked about by the rules of queries, as what is typed is.
    Raises   InputError with every fault of the files and the map.
    Checked  tests/unit/conduct/exchange/test_redcap.py.
    """
    from equipoise.adam.queries.asked import ask_by_rules
    from equipoise.conduct.exchange.redcap.dictionary import read_redcap
    from equipoise.conduct.exchange.redcap.importing import import_redcap
    from equipoise.conduct.exchange.redcap.mapping import map_faults, read_map

    content, bus = _bytes(data), folder.bus()
    export = read_redcap(content, _bytes(dictionary), named=(data.name, str(dictionary)))
    read = read_map(_bytes(plan).decode("utf-8-sig", "replace"), str(plan))
    if faults := map_faults(bus.protocol, export, read, str(plan)):
        raise InputError("\n".join(faults))
    found = import_redcap(
        bus, export, read, by=by, sha256=hashlib.sha256(content).hexdigest(),
        statistician=statistician, dry_run=dry_run,
    )  # fmt: skip
    if found.kept and not dry_run:
        ask_by_rules(bus.store, bus.protocol)
    return found


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise InputError(f"{file}: cannot be read: {problem.strerror}") from None
