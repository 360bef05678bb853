"""Rules about what happened to subjects: a trial that keeps them, and one fault of each."""

import polars as pl
import pytest

from equipoise.sdtm.conform.conform import conform
from equipoise.sdtm.model import SDTM
from support.sdtm import set_cell, study, tables

S1, S2, S3 = "S-1", "S-2", "S-3"


def small() -> dict[str, pl.DataFrame]:
    """The small study with a screen failure, elements, visits, lesions and grades."""
    kept = tables()
    failed = {**dict.fromkeys(kept["DM"].columns), "STUDYID": "S", "DOMAIN": "DM",
              "USUBJID": "S-4", "SUBJID": "4", "SITEID": "7", "AGE": 40.0, "SEX": "F"}  # fmt: skip
    dm = pl.concat([kept["DM"], pl.DataFrame([failed], schema=kept["DM"].schema)])
    kept["DM"] = dm.with_columns(ARMNRS=pl.Series([None, None, None, "SCREEN FAILURE"]))
    kept["IE"] = pl.DataFrame(
        {"STUDYID": "S", "DOMAIN": "IE", "USUBJID": ["S-4"], "IESEQ": [1.0], "IETESTCD": ["I1"],
         "IETEST": ["Adult"], "IECAT": ["INCLUSION"], "IEORRES": ["N"], "IEDTC": ["2020-01-01"]}
    )  # fmt: skip
    kept["TE"] = pl.DataFrame({"STUDYID": "S", "DOMAIN": "TE", "ETCD": ["SCR", "TRT", "FU"]})
    kept["SE"] = pl.DataFrame(
        {"STUDYID": "S", "DOMAIN": "SE", "USUBJID": [S1, S1, S1], "SESEQ": [1.0, 2.0, 3.0],
         "ETCD": ["SCR", "TRT", "FU"], "SESTDTC": ["2019-12-20", "2020-01-01", "2020-12-02"],
         "SEENDTC": ["2020-01-01", "2020-12-01", None]}
    )  # fmt: skip
    kept["SV"] = pl.DataFrame(
        {"STUDYID": "S", "DOMAIN": "SV", "USUBJID": [S1, S1, S2], "VISITNUM": [1.0, 2.0, 1.0],
         "SVSTDTC": ["2020-01-01", "2020-03-01", "2020-02-01"]}
    )  # fmt: skip
    kept["TU"] = pl.DataFrame(
        {"STUDYID": "S", "DOMAIN": "TU", "USUBJID": [S1], "TUSEQ": [1.0], "TULNKID": ["T01"],
         "TUTESTCD": ["TUMIDENT"], "TUSTRESC": ["TARGET"], "TUORRES": ["TARGET"],
         "TULOC": ["LIVER"], "TUEVAL": ["INVESTIGATOR"], "VISITNUM": [1.0],
         "TUDTC": ["2020-01-01"]}
    )  # fmt: skip
    kept["TR"] = pl.DataFrame(
        {"STUDYID": "S", "DOMAIN": "TR", "USUBJID": [S1], "TRSEQ": [1.0], "TRLNKID": ["T01"],
         "TRTESTCD": ["LDIAM"], "TRORRES": ["20"], "TRSTRESC": ["20"], "TRSTRESN": [20.0],
         "TRSTRESU": ["mm"], "TREVAL": ["INVESTIGATOR"], "VISITNUM": [1.0],
         "TRDTC": ["2020-01-01"]}
    )  # fmt: skip
    kept["RELREC"] = pl.DataFrame(
        {"STUDYID": "S", "RDOMAIN": ["TU", "TR"], "USUBJID": [None, None],
         "IDVAR": ["TULNKID", "TRLNKID"], "IDVARVAL": [None, None], "RELTYPE": ["ONE", "MANY"],
         "RELID": ["A", "A"]},
        schema_overrides={"USUBJID": pl.String, "IDVARVAL": pl.String},
    )  # fmt: skip
    kept["LB"] = kept["LB"].with_columns(
        LBTOX=pl.Series([None, "Platelet count decreased", None]),
        LBTOXGR=pl.Series(["0", "1", "0"]),
    )
    kept["AE"] = kept["AE"].with_columns(AEACN=pl.Series(["DOSE NOT CHANGED"] * 4))
    return kept


def found(**changed: pl.DataFrame) -> list[tuple[str, str]]:
    data = study(**{**small(), **changed})
    every = conform(data)
    assert {one.severity for one in every if one.rule > "S50"} <= {"warning"}
    return [(one.rule, one.place) for one in every if one.rule > "S50"]


def test_a_trial_that_keeps_them_is_clean() -> None:
    assert [str(one) for one in conform(study(**small())) if one.rule[:2] == "S5"] == []


FAULTS = {
    "a reason beside both arms": ("DM", 0, {"ARMNRS": "UNKNOWN"}, "S51", "dm.xpt row 1 ARMNRS"),
    "no actual arm, no reason": ("DM", 2, {"ACTARMCD": None}, "S51", "dm.xpt row 3 ACTARMCD"),
    "a failure with a start": ("DM", 3, {"RFSTDTC": "2020-01-01"}, "S52", "dm.xpt row 4 RFSTDTC"),
    "a failure without a reason": ("IE", 0, {"USUBJID": S1}, "S53", "dm.xpt row 4 ARMNRS"),
    "a gap": ("SE", 2, {"SESTDTC": "2020-12-04"}, "S54", "se.xpt row 3 SESTDTC"),
    "an overlap": ("SE", 1, {"SESTDTC": "2019-12-30"}, "S54", "se.xpt row 2 SESTDTC"),
    "an element without end": ("SE", 1, {"SEENDTC": None}, "S54", "se.xpt row 3 SESTDTC"),
    "an element not planned": ("SE", 1, {"ETCD": "OTHER"}, "S55", "se.xpt row 2 ETCD"),
    "a visit not held": ("LB", 1, {"VISITNUM": 7.0}, "S56", "lb.xpt row 2 VISITNUM"),
    "a lesion of nobody": ("TR", 0, {"TRLNKID": "T02"}, "S57", "tr.xpt row 1 TRLNKID"),
    "a relation by nothing": ("RELREC", 1, {"IDVAR": "TRREFID"}, "S57", "relrec.xpt row 2 IDVAR"),
    "a grade of six": ("LB", 1, {"LBTOXGR": "6"}, "S58", "lb.xpt row 2 LBTOXGR"),
    "a grade of nothing": ("LB", 1, {"LBTOX": None}, "S58", "lb.xpt row 2 LBTOXGR"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_one_finding(name: str) -> None:
    domain, row, values, rule, place = FAULTS[name]
    assert found(**{domain: set_cell(small()[domain], row, **values)}) == [(rule, place)]


def test_a_visit_twice() -> None:
    sv = small()["SV"]
    assert found(SV=pl.concat([sv, sv[:1]])) == [("S56", "sv.xpt row 4 VISITNUM")]


def doses(*given: tuple[str, float, str]) -> pl.DataFrame:
    """EX of one subject: drug, amount, day."""
    return pl.DataFrame(
        [
            {"STUDYID": "S", "DOMAIN": "EX", "USUBJID": S1, "EXSEQ": float(n), "EXTRT": drug,
             "EXDOSE": amount, "EXDOSU": "mg", "EXSTDTC": day, "EXENDTC": day}
            for n, (drug, amount, day) in enumerate(given, start=1)
        ]
    )  # fmt: skip


# The event of the first subject lasts from 10 to 20 January.
FULL, LOW = ("Drug", 2.0, "2020-01-01"), ("Drug", 1.0, "2020-02-01")
AGAIN, OTHER = ("Drug", 2.0, "2020-02-01"), ("Other", 5.0, "2020-01-05")
SAME_DAY = ("Drug", 1.0, "2020-01-10")
ACTIONS = {
    "withdrawn and given again": ("DRUG WITHDRAWN", (FULL, AGAIN), True),
    "withdrawn": ("DRUG WITHDRAWN", (FULL,), False),
    "one of two drugs withdrawn": ("DRUG WITHDRAWN", (FULL, OTHER, AGAIN), False),
    "reduced and not lower": ("DOSE REDUCED", (FULL, AGAIN), True),
    "reduced": ("DOSE REDUCED", (FULL, LOW), False),
    "reduced on the day": ("DOSE REDUCED", (FULL, SAME_DAY), False),
    "reduced, nothing given since": ("DOSE REDUCED", (FULL,), False),
    "increased and lower": ("DOSE INCREASED", (FULL, LOW), True),
    "nothing was given": ("DRUG INTERRUPTED", (AGAIN,), True),
    "interrupted": ("DRUG INTERRUPTED", (FULL, AGAIN), False),
    "not changed": ("DOSE NOT CHANGED", (FULL, LOW), False),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_what_was_done_agrees_with_the_doses(name: str) -> None:
    action, given, wrong = ACTIONS[name]
    ae = set_cell(small()["AE"], 0, AEACN=action)
    data = SDTM({**small(), "AE": ae, "EX": doses(*given)}, {"AE": "ae.xpt"})
    told = [(one.rule, one.place) for one in conform(data) if one.rule == "S59"]
    assert told == ([("S59", "ae.xpt row 1 AEACN")] if wrong else [])
