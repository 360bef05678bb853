"""The example study of examples/onco, as its collect.py writes it."""

from __future__ import annotations

import runpy
from functools import cache
from pathlib import Path

from equipoise.adam.derive import derive
from equipoise.meaning.check import read
from equipoise.protocol import Protocol
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import SDTM
from support.pharma import data, differing, shared

FOLDER = Path(__file__).parents[2] / "examples" / "onco"


@cache
def protocol() -> Protocol:
    return read(FOLDER / "protocol.yaml")


def adtte_differences() -> dict[str, int]:
    """The columns of ADTTE, derived afresh, that differ from pharmaverseadam's, with their rows."""
    ours = derive(cut(collected(), date=None, look=""), protocol=protocol()).table("ADTTE")
    theirs, key = data("pharmaverseadam", "adtte_onco"), ["USUBJID", "PARAMCD"]
    return differing(theirs, ours, key=key, columns=shared(theirs, ours, key=key))


@cache
def collected() -> SDTM:
    script = runpy.run_path(str(FOLDER / "collect.py"))
    tables = {d.upper(): data("pharmaversesdtm", d) for d in script["DOMAINS"]}
    tables |= {d.upper(): data("pharmaversesdtm", f"{d}_onco_recist") for d in script["TUMOR"]}
    tables["TU"] = script["dated"](tables["TU"], tables["TR"])
    return SDTM(tables=tables, files={d: f"{d.lower()}.xpt" for d in tables})
