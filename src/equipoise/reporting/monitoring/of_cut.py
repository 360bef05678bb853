"""What a monitoring committee reads of a cut of the conduct's store, made once and kept."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from equipoise.errors import InputError

if TYPE_CHECKING:
    from equipoise.conduct.store.store import Store
    from equipoise.protocol import Protocol

_ONE_AT_A_TIME: Final = threading.Lock()  # a report takes seconds of a processor
REPORTS_FOLDER: Final = "board"


def board_report(
    store: Store,
    protocol: Protocol,
    *,
    cut: str,
    look: str,
    kind: Literal["closed", "open"],
    key: bytes | None = None,
    virtual: bool = False,
) -> Path:
    """The PDF of a report, of the data as they were at a cut, for ever the same.

    key : by which arms get their letters; virtual : the people are, and need none
    Raises   InputError for an unknown cut or look, a look that the cut does not reach, a closed
             report without a key, an open one that gives an arm away; DataError.
    Checked  tests/unit/service/test_board.py.
    """
    from equipoise.meaning.looks import known_look

    name = known_look(protocol, look)
    with store.reading() as unit:
        row = unit.row("freeze", cut)
    if row is None or row["kind"] != "cut":
        raise InputError(f"there is no cut {cut}")
    plain = re.sub(r"\W+", "-", f"{row['digest'][:16]} {name} {kind}".lower())
    made = store.folder / REPORTS_FOLDER / f"{plain}.pdf"
    with _ONE_AT_A_TIME:
        if not made.is_file():
            made.parent.mkdir(exist_ok=True)
            _write(store, protocol, json.loads(row["heads"]), name, kind, key, virtual, made)
    return made


def _write(
    store: Store,
    protocol: Protocol,
    heads: dict[str, tuple[int, str]],
    look: str,
    kind: Literal["closed", "open"],
    key: bytes | None,
    virtual: bool,
    out: Path,
) -> None:
    from equipoise.adam.study import Study
    from equipoise.analysis.analyze import analyze
    from equipoise.conduct.recorded import recorded
    from equipoise.conduct.store.state import known_at
    from equipoise.reporting.monitoring.report import monitor_report
    from equipoise.sdtm.tabulate.tabulate import tabulate

    with store.reading() as unit:
        known = known_at(unit.connection, heads=heads)
    record = replace(recorded(protocol, known), virtual=virtual)
    results = analyze(Study.of(tabulate(record), protocol).adam(look))
    monitor_report(results, out, kind=kind, key=key, to="pdf")
