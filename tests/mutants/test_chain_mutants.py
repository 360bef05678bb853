"""Bugs planted where a derived value takes its records along: its chain must turn red."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from equipoise.adam import adsrc
from equipoise.adam.derive import derive
from equipoise.adam.events import findings
from equipoise.adam.labs import adlb
from equipoise.adam.recist import overall, target
from equipoise.adam.study import cut_at
from equipoise.adam.subjects import adsl, alive, disposition, milestones
from equipoise.adam.time import adtte
from equipoise.adam.tumor import adtr, links, readings
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.read.read import read_sdtm
from support import onco
from support.chains import Study, lost_links, walked
from support.mutants import plant
from support.street import pilot_folder, pilot_protocol

# dataset whose chains are walked (of the onco example unless it says otherwise), function, what is
# right, what is wrong there, who imported it
BUGS: dict[str, tuple[str, Any, str, str, tuple[ModuleType, ...]]] = {
    "the last dose is told by the first record": (
        "ADSL", milestones.treated, 'pl.col("_last") == last',
        'pl.col("_last") == pl.col("_last").min()', (adsl,),
    ),
    "an end is told by its reason": (
        "ADSL", disposition._last, 'column="DSSTDTC"', 'column="DSDECOD"', (),
    ),
    "the last day alive is told by any record": (
        "ADSL", alive.last_alive, "sources(seen,", "sources(pl.concat(found).head(9),", (adsl,),
    ),
    "places of visits count from 0": (
        "pilot ADSL", adsrc.with_sequence, "int_range(1, pl.len() + 1)", "int_range(0, pl.len())",
        (alive,),
    ),
    "nobody says that death ended life": (
        "ADSL", adsl._with_life, 'how="anti"', 'how="semi"', (),
    ),
    "a time is told by the first record of its source": (
        "ADTTE", adtte._shape, 'SRCSEQ=either("SEQ")', "SRCSEQ=pl.lit(1).cast(pl.Int64)", (),
    ),
    "a baseline is told by its place": (
        "ADLB", adlb._based, '"BASESEQ": "LBSEQ"', '"BASESEQ": "_N"', (),
    ),
    "a sum holds what was written beside it": (
        "ADTR", adtr._sums, 'SRCSEQS="SUMSEQS"', 'SRCSEQS="TRSEQS"', (),
    ),
    "the nadir is the baseline": (
        "ADTR", links.linked_sums, '("NADVIS", "NADSEQ")', '("BASEVIS", "NADSEQ")', (readings,),
    ),
    "the nadir is the sum itself": (
        "ADTR", target.target_sums, "forward_fill().shift(1)", "forward_fill()", (overall,),
    ),
    "the baseline of vital signs is the first value": (
        "pilot ADVS", findings.numbered, 'pl.col("ABLFL") == "Y"', 'pl.col("ASEQ") == 1', (),
    ),
}  # fmt: skip


@cache
def pilot() -> SDTM:
    return read_sdtm(pilot_folder(), protocol=pilot_protocol())


def study(name: str) -> Study:
    if name == "pilot":
        return Study(derive(cut_at(pilot())))
    return Study(derive(cut(onco.collected(), date=None, look=""), protocol=onco.protocol()))


@cache
def sound(name: str) -> Study:
    """Derived once without a bug."""
    return study(name)


def name_of(dataset: str) -> str:
    return "pilot" if dataset.startswith("pilot") else "onco"


def wrong(found: Study, dataset: str) -> Iterator[str]:
    """Fault after fault, as the chains are walked."""
    every = 25 if dataset == "ADLB" else 5  # it has a hundred rows of a subject
    for _, told in walked(found, dataset.split()[-1], every=every):
        yield from told
    yield from lost_links(found)


@pytest.mark.parametrize("dataset", ["ADSL", "ADTTE", "ADLB", "ADTR", "pilot ADSL", "pilot ADVS"])
def test_it_is_green_without_a_bug(dataset: str) -> None:
    assert list(wrong(sound(name_of(dataset)), dataset)) == []


@pytest.mark.parametrize("name", BUGS)
def test_a_wrong_record_turns_the_chain_red(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset, function, old, new, also = BUGS[name]
    plant(monkeypatch, function, old, new, also=also)
    assert any(wrong(study(name_of(dataset)), dataset))
