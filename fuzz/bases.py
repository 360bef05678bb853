"""Virtual trials of the examples, small enough to be built again and again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from equipoise.errors import Finding
from equipoise.meaning.check import read, read_text
from equipoise.sdtm.read.read import survey_sdtm
from equipoise.sdtm.read.write import write_xpt
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run
from equipoise.workspace.build import build
from fuzz.tables import BrokenData, Tables

TRUTHS: Final = {
    "netter1": "as reported",
    "dual-primary": "as planned",
    "dose-finding": "as planned",
    "non-inferiority": "as planned",
}
_PATIENTS: Final = 60  # kept of each trial
_SEED: Final = 1
_EVENTS: Final = re.compile(r"\b([0-9]+) (events|deaths|subjects)\b")  # of looks: as many fewer
EXAMPLES: Final = Path(__file__).parents[1] / "examples"


class Base(NamedTuple):
    """A trial's folder with its files, and an earlier build of it."""

    folder: Path
    tables: Tables
    raw: dict[str, bytes]
    usual: frozenset[str]


def base(name: str, where: Path) -> Base:
    """A virtual trial of an example, cut down to some patients, written and built once."""
    text = (EXAMPLES / name / "protocol.yaml").read_text(encoding="utf-8")
    data = tabulate(run(read_text(text), truth=TRUTHS[name], seed=_SEED))
    everybody = data.tables["DM"].sort("USUBJID")["USUBJID"]
    people = everybody.head(_PATIENTS)
    tables = {
        n: t.filter(pl.col("USUBJID").is_in(people.implode())) if "USUBJID" in t.columns else t
        for n, t in data.tables.items()
    }
    folder = where / name
    paths = write_xpt(tables, folder / "sdtm")
    share = _PATIENTS / len(everybody)
    fewer = _EVENTS.sub(lambda m: f"{max(2, round(int(m[1]) * share))} {m[2]}", text)
    (folder / "protocol.yaml").write_text(fewer, encoding="utf-8")
    build(folder, trials=0, upto="analyze")
    found = survey_sdtm(folder / "sdtm", protocol=read(folder / "protocol.yaml")).findings
    raw = {p.stem.upper(): p.read_bytes() for p in paths}
    return Base(folder, tables, raw, frozenset(f"{f.place}: {f.message}" for f in found))


def work_on_data(own: Base, broken: BrokenData) -> Sequence[Finding]:
    """Build a trial with broken files in a copy of its folder; its earlier build must stay whole.

    Returns  what reading found
    Raises   what the build does; AssertionError if the earlier build is not what it was
    """
    place = own.folder.with_name(f"{own.folder.name}-broken")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(own.folder, place)
    for name, content in broken.files.items():
        path = place / "sdtm" / name
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
    before = _contents(place / "build")
    findings = survey_sdtm(place / "sdtm", protocol=read(place / "protocol.yaml")).findings
    try:
        build(place, trials=0, upto="analyze")
    except BaseException:
        assert _contents(place / "build") == before, "the earlier build is not what it was"
        raise
    whole = {Path(name).name for name in _contents(place / "build")}
    assert {"manifest.json", "results.json", "adsl.parquet"} <= whole, "a build that is not whole"
    return findings


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
