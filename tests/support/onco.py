"""The example study of examples/onco, as its collect.py writes it."""

from __future__ import annotations

import runpy
from functools import cache
from pathlib import Path

from equipoise.protocol import Protocol, read
from equipoise.sdtm.model import SDTM
from support.pharma import data

FOLDER = Path(__file__).parents[2] / "examples" / "onco"


@cache
def protocol() -> Protocol:
    return read(FOLDER / "protocol.yaml")


@cache
def collected() -> SDTM:
    script = runpy.run_path(str(FOLDER / "collect.py"))
    tables = {d.upper(): data("pharmaversesdtm", d) for d in script["DOMAINS"]}
    tables |= {d.upper(): data("pharmaversesdtm", f"{d}_onco_recist") for d in script["TUMOR"]}
    tables["TU"] = script["dated"](tables["TU"], tables["TR"])
    return SDTM(tables=tables, files={d: f"{d.lower()}.xpt" for d in tables})
