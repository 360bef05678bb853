"""What the pilot's oracle compares, so that mutants can ask the same."""

from __future__ import annotations

import polars as pl

from equipoise.adam.derive import derive
from equipoise.adam.study import cut_at
from equipoise.analysis.survival import logrank
from equipoise.sdtm.read.read import read_sdtm
from support.pharma import data
from support.street import pilot_folder, pilot_protocol

CLOSE = 1e-8  # both sides are double arithmetic; Cox iterates to its optimum


def adtte_now() -> pl.DataFrame:
    """ADTTE derived afresh."""
    read = read_sdtm(pilot_folder(), protocol=pilot_protocol())
    return derive(cut_at(read)).table("ADTTE")


def adtte_differences() -> list[str]:
    """Subjects whose time, censoring or origin is not that of CDISC's ADTTE."""
    theirs = data("cdiscpilotadam", "adtte").select("USUBJID", "AVAL", "CNSR", "STARTDT")
    both = theirs.join(adtte_now(), on="USUBJID", how="full", suffix="_ours", coalesce=True)
    same = pl.lit(True)
    for name in ("AVAL", "CNSR", "STARTDT"):
        same &= pl.col(name).eq_missing(pl.col(f"{name}_ours").cast(theirs.schema[name]))
    return both.filter(~same)["USUBJID"].to_list()


def log_rank_of_all() -> float:
    """Chi-square of the three arms on CDISC's own ADTTE."""
    table = data("cdiscpilotadam", "adtte")
    codes = {"Placebo": 0, "Xanomeline Low Dose": 1, "Xanomeline High Dose": 2}
    arm = table["TRTP"].replace_strict(codes).to_numpy()
    return logrank(table["AVAL"].to_numpy(), (table["CNSR"] == 0).to_numpy(), arm).chisq
