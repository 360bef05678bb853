"""Eight patients from their answers to a log-rank test: QS, ADQS, ADTTE and Results by hand.

Global health status, items 29 and 30 (1 to 7): score (mean - 1) / 6 x 100; worse by 10 points is an
event. Week 12 is day 85, week 24 day 169.

         baseline   week 12       week 24       event or censored
    N1   6 6  83.3  6 6     0     6 5   -8.3    censored 169
    N2   5 5  66.7  5 4   -8.3    4 4  -16.7    event 169
    N3   7 7 100.0  6 -  -16.7                  event 85 (half of the items is enough)
    N4                4 4                       no baseline: censored on day 1
    O1   6 6  83.3  5 5  -16.7                  event 85
    O2   4 4  50.0  4 3   -8.3    3 3  -16.7    event 169
    O3   5 6  75.0  5 5   -8.3                  censored 85
    O4   3 3  33.3  2 2  -16.7                  event 85

Log-rank, N against O. Day 85: 3 N and 4 O at risk, 3 events, 1 in N; expected 9/7, variance
3 (3/7) (4/7) (4/6) = 24/49. Day 169: 2 N and 1 O, 2 events, 1 in N; expected 4/3, variance 2/9.
U = 2 - 55/21 = -13/21, V = 314/441, z = -13 / sqrt(314).
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest

import equipoise as eq
from equipoise.adam.model import ADaM
from support.answers import answer, one, value

RULES = """
equipoise: "1"
trial: {id: QOL, title: Quality of life}
population: {randomize: 8}
arms:
  new: {label: New, code: N, role: experimental, give: [drug 30 mg IM every 4 weeks until week 24]}
  old: {label: Old, code: O, role: control, give: [drug 60 mg IM every 4 weeks until week 24]}
visits:
  baseline: {day: -1, do: [questionnaires]}
  forms: 'every 12 weeks, from week 12: questionnaires'
questionnaires:
  QLQ-C30: {category: EORTC QLQ-C30, scored by: QLQ-C30}
endpoints:
  TTD:
    label: Time to deterioration of global health status
    type: time to event
    scale: QLQ-C30
    parameter: QL2
    worse by: 10
    censor:
      - {name: last form, from: ADQS, where: 'PARAMCD = "QL2" and CHG is present', date: ADT,
         pick: last, says: Last form}
      - randomization
  QOL: {label: Global health, type: questionnaire, scale: QLQ-C30, parameter: QL2, worse by: 10}
populations: {ITT: {who: randomized, flag: ITTFL}}
estimands:
  TTD: {endpoint: TTD, role: primary, population: ITT, summary: hazard ratio, test: log-rank,
        intercurrent events: {treatment stopped: treatment policy}, estimator: Kaplan-Meier}
  QOL: {endpoint: QOL, population: ITT, test: log-rank, estimator: means,
        intercurrent events: {treatment stopped: treatment policy}}
design:
  alpha: 5%
  sides: 2
  TTD: {power: 80%, looks: {final: {cutoff: 2020-12-31, events: 5}}}
assume:
  TTD: {old: median 6 months, new: hazard ratio 0.5}
"""

DAYS = {"BASELINE": "2019-12-31", "WEEK 12": "2020-03-25", "WEEK 24": "2020-06-17"}
FORMS: dict[str, dict[str, tuple[int, ...]]] = {
    "N1": {"BASELINE": (6, 6), "WEEK 12": (6, 6), "WEEK 24": (6, 5)},
    "N2": {"BASELINE": (5, 5), "WEEK 12": (5, 4), "WEEK 24": (4, 4)},
    "N3": {"BASELINE": (7, 7), "WEEK 12": (6,)},
    "N4": {"WEEK 12": (4, 4)},
    "O1": {"BASELINE": (6, 6), "WEEK 12": (5, 5)},
    "O2": {"BASELINE": (4, 4), "WEEK 12": (4, 3), "WEEK 24": (3, 3)},
    "O3": {"BASELINE": (5, 6), "WEEK 12": (5, 5)},
    "O4": {"BASELINE": (3, 3), "WEEK 12": (2, 2)},
}
TIMES = {"N1": (169, 1), "N2": (169, 0), "N3": (85, 0), "N4": (1, 1),
         "O1": (85, 0), "O2": (169, 0), "O3": (85, 1), "O4": (85, 0)}  # fmt: skip


def _collected() -> dict[str, pl.DataFrame]:
    who = pl.DataFrame({"USUBJID": list(FORMS)}).with_columns(STUDYID=pl.lit("QOL"))
    arm = pl.col("USUBJID").str.slice(0, 1)
    day = pl.lit("2020-01-01")
    # N starts treatment four days late; times still count from randomization.
    first = pl.when(arm == "N").then(pl.lit("2020-01-05")).otherwise(day)
    dm = who.with_columns(
        SUBJID="USUBJID", ARMCD=arm, ARM=arm.replace({"N": "New", "O": "Old"}), RFSTDTC=day
    )
    ds = who.with_columns(
        DSSEQ=pl.lit(1), DSDECOD=pl.lit("RANDOMIZED"), DSTERM=pl.lit("RANDOMIZED"),
        DSCAT=pl.lit("PROTOCOL MILESTONE"), DSSTDTC=day,
    )  # fmt: skip
    ex = who.with_columns(
        EXSEQ=pl.lit(1), EXTRT=pl.lit("drug"), EXDOSE=pl.lit(30.0), EXDOSU=pl.lit("mg"),
        EXSTDTC=first, EXENDTC=first,
    )  # fmt: skip
    rows = [
        (who, visit, float(list(DAYS).index(visit)), DAYS[visit], f"Q{29 + k}", float(answer))
        for who, forms in FORMS.items()
        for visit, answers in forms.items()
        for k, answer in enumerate(answers)
    ]
    names = ["USUBJID", "VISIT", "VISITNUM", "QSDTC", "QSTESTCD", "QSSTRESN"]
    qs = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        STUDYID=pl.lit("QOL"),
        QSCAT=pl.lit("EORTC QLQ-C30"),
        QSSEQ=pl.int_range(1, pl.len() + 1).over("USUBJID"),
        QSORRES=pl.col("QSSTRESN").cast(pl.Int64).cast(pl.String),
    )
    return {"dm": dm, "ds": ds, "ex": ex, "qs": qs}


@cache
def data() -> ADaM:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "protocol.yaml").write_text(RULES, encoding="utf-8")
        for domain, table in _collected().items():
            table.write_csv(folder / f"{domain}.csv")
        protocol = eq.read(folder / "protocol.yaml")
        (folder / "protocol.yaml").unlink()
        return eq.derive(eq.cut(eq.read_sdtm(folder, protocol=protocol), look="TTD final"))


def test_scores() -> None:
    rows = data().table("ADQS").filter((pl.col("PARAMCD") == "QL2") & (pl.col("ABLFL") == "Y"))
    base = dict(rows.select("USUBJID", "AVAL").rows())
    expected = {"N1": 83.333, "N2": 66.667, "N3": 100.0, "O1": 83.333, "O2": 50.0, "O3": 75.0}
    assert base == pytest.approx({**expected, "O4": 33.333}, abs=1e-3)
    assert [f for f in data().findings if f.place.startswith("qs USUBJID")] == []


def test_times() -> None:
    rows = data().table("ADTTE").filter(pl.col("PARAMCD") == "TTD")
    found = {who: (aval, cnsr) for who, aval, cnsr in rows.select("USUBJID", "AVAL", "CNSR").rows()}
    assert found == TIMES
    said = dict(rows.select("USUBJID", "CNSDTDSC").rows())
    assert said["O3"] == "Last form"
    assert said["N4"] == "Randomized, not assessed after baseline"


def test_the_same_test_of_the_time_and_of_the_questionnaire() -> None:
    for key in ("TTD", "QOL"):
        assert value(answer(data(), key), "z") == pytest.approx(-13 / math.sqrt(314))
    rows = answer(data(), "QOL")
    # Changes at week 12: N 0, -8.33, -16.67; O -16.67, -8.33, -8.33, -16.67.
    assert one(rows, "mean change", term="WEEK 12", group="new").value == pytest.approx(-25 / 3)
    assert one(rows, "mean change", term="WEEK 12", group="old").value == pytest.approx(-12.5)


def test_an_event_leads_back_to_its_answers() -> None:
    lines = list(eq.explain(data(), "TTD", subject="N3").lines())
    assert lines[0].startswith("ADTTE TTD: Time to deterioration of global health status of N3")
    assert "Global health status 83.33 on 2020-03-25, -16.67 from 100" in lines[1]
    assert "1 of 2 answered" in lines[1]
    assert lines[2:] == [
        "    qs.csv row 15: VISIT WEEK 12, QSDTC 2020-03-25, QSTESTCD Q29, QSORRES 6, QSSTRESN 6.0",
        "    ADQS QL2 4: compared with the baseline 100 on 2019-12-31",
        "      qs.csv row 13: VISIT BASELINE, QSDTC 2019-12-31, QSTESTCD Q29, QSORRES 7, "
        "QSSTRESN 7.0",
        "      qs.csv row 14: VISIT BASELINE, QSDTC 2019-12-31, QSTESTCD Q30, QSORRES 7, "
        "QSSTRESN 7.0",
    ]
