"""Virtual trials that several tests look at; made once, never changed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from equipoise.conduct.record import Record
from equipoise.meaning.check import read
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run

EXAMPLES = Path(__file__).parents[2] / "examples"
TRUTH = "as reported"


@cache
def netter() -> Protocol:
    return read(EXAMPLES / "netter1" / "protocol.yaml")


@cache
def virtual_record(seed: int = 1) -> Record:
    return run(netter(), truth=TRUTH, seed=seed)


@cache
def virtual_sdtm(seed: int = 1) -> SDTM:
    return tabulate(virtual_record(seed))
