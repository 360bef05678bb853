"""Inconsistencies planted in copies of the data: each is found, at its row, and nothing else is."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from equipoise.adam.queries import QUERY_RULES, queries
from equipoise.cli import application
from equipoise.protocol import Protocol
from equipoise.protocol.model import altered
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.read.write import write_xpt
from support import onco, virtual

Tables = dict[str, pl.DataFrame]
Plant = Callable[[Tables], None]
Seen = set[tuple[str, str, str]]


def change(domain: str, values: Mapping[str, Any], **where: Any) -> Plant:
    """Set columns of the one row of a domain in which the given columns have the given values."""

    def plant(tables: Tables) -> None:
        table = tables[domain]
        here = pl.all_horizontal(pl.col(k) == v for k, v in where.items()).fill_null(False)
        assert table.select(here.sum()).item() == 1, where
        for column, value in values.items():
            kind = table.schema.get(column, pl.String())
            old = pl.col(column) if column in table.columns else pl.lit(None, kind)
            new = pl.when(here).then(pl.lit(value, kind)).otherwise(old)
            table = table.with_columns(new.alias(column))
        tables[domain] = table

    return plant


def drop(*domains: str, **where: Any) -> Plant:
    """Take away every row of the domains in which the given columns have the given values."""

    def plant(tables: Tables) -> None:
        for domain in domains:
            here = pl.all_horizontal(pl.col(k) == v for k, v in where.items()).fill_null(False)
            left = tables[domain].filter(~here)
            assert len(left) < len(tables[domain])
            tables[domain] = left

    return plant


def again(domain: str, values: Mapping[str, Any], **where: Any) -> Plant:
    """Enter a row a second time, with other values."""

    def plant(tables: Tables) -> None:
        here = pl.all_horizontal(pl.col(k) == v for k, v in where.items()).fill_null(False)
        row = tables[domain].filter(here)
        assert len(row) == 1
        other = row.with_columns(pl.lit(v, row.schema[k]).alias(k) for k, v in values.items())
        tables[domain] = pl.concat([tables[domain], other])

    return plant


A, B, C, DEAD = "01-701-1118", "01-701-1015", "01-701-1028", "01-701-1211"
# Rule, what is planted, the file, a part of what is then said.
ONCO: list[tuple[str, Plant, str, str]] = [
    ("Q01", change("RS", {"RSSTRESC": "PR"}, USUBJID=B, RSSEQ=3), "rs.xpt",
     "PR recorded at WEEK 3"),
    ("Q02", change("RS", {"RSSTRESC": "PR"}, USUBJID="01-701-1133", RSSEQ=9), "rs.xpt",
     "PR on 2012-12-30 after CR on 2012-12-09 by INVESTIGATOR"),
    ("Q03", change("RS", {"RSSTRESC": "PD"}, USUBJID=B, RSSEQ=1), "rs.xpt",
     "CR on 2014-03-06 by RADIOLOGIST 1"),
    ("Q04", again("RS", {"RSSTRESC": "PR", "RSSEQ": 99}, USUBJID=B, RSSEQ=9), "rs.xpt",
     "PR on 2014-03-06 by INVESTIGATOR, beside another"),
    ("Q05", drop("TR", USUBJID=A, VISIT="WEEK 3", TRLNKID="T01", TREVAL="INVESTIGATOR"), "tu.xpt",
     "Target T01 has no value at WEEK 3 (2014-04-02) by INVESTIGATOR"),
    ("Q09", change("DM", {"RFICDTC": "2014-01-03"}, USUBJID=B), "tr.xpt",
     "scan on 2014-01-02, consent on 2014-01-03"),
    ("Q10", change("TR", {"TRDTC": "2014"}, USUBJID=A, TRSEQ=9), "tr.xpt", "is dated 2014"),
    ("Q11", change("DM", {"RFICDTC": "2014-03-20"}, USUBJID="01-701-1033"), "dm.xpt",
     "randomized on 2014-03-18, consent on 2014-03-20"),
    ("Q12", change("EX", {"EXSTDTC": "2013-06-01"}, USUBJID=C, EXSEQ=1), "ex.xpt",
     "dose on 2013-06-01, randomized on 2013-07-19"),
    ("Q13", change("AE", {"AESTDTC": "2014-11-02"}, USUBJID=DEAD, AESEQ=1), "ae.xpt",
     "AESTDTC 2014-11-02, death on 2013-01-14"),
    ("Q14", change("EX", {"EXSTDTC": "2013-02", "EXENDTC": None}, USUBJID=DEAD, EXSEQ=2), "ex.xpt",
     "EXSTDTC 2013-02, death on 2013-01-14"),
    ("Q16", change("AE", {"AEENDTC": "2014-01-01"}, USUBJID=B, AESEQ=3), "ae.xpt",
     "from 2014-01-09 to 2014-01-01"),
    ("Q18", change("EX", {"EXDOSE": 27.0}, USUBJID=C, EXSEQ=2), "ex.xpt", "XANOMELINE 27.0 mg"),
    ("Q19", change("EX", {"EXTRT": "PLACEBO"}, USUBJID=C, EXSEQ=3), "ex.xpt",
     "PLACEBO on 2014-01-07 to a subject of the arm high"),
    ("Q20", again("EX", {"EXSEQ": 9.0}, USUBJID=C, EXSEQ=2), "ex.xpt", "again on 2013-08-02"),
    ("Q21", change("AE", {"AESEV": None}, USUBJID=B, AESEQ=2), "ae.xpt", "without a grade"),
    ("Q22", change("AE", {"AESTDTC": None}, USUBJID=DEAD, AESEQ=5), "ae.xpt", "without a start"),
    ("Q25", again("TU", {"TUSEQ": 99, "VISIT": "WEEK 6", "VISITNUM": 6.0, "TULOC": "LIVER"},
                  USUBJID=A, TUSEQ=5), "tu.xpt",
     "T01 is TARGET in LIVER at WEEK 6 by INVESTIGATOR; it was TARGET in CHEST"),
    ("Q27", change("TR", {"TRSTRESN": 9.9, "TRSTRESC": "9.9"}, USUBJID=A, TRSEQ=9), "tr.xpt",
     "target T01 is 9.9 mm at SCREENING by INVESTIGATOR"),
    ("Q28", again("TR", {"TRSTRESN": 31.0, "TRSTRESC": "31", "TRSEQ": 99}, USUBJID=A, TRSEQ=33),
     "tr.xpt", "T01 LDIAM is 31.0 mm at WEEK 6 by INVESTIGATOR, and 15.0 mm in an earlier row"),
    ("Q29", change("TU", {"VISIT": "WEEK 3", "VISITNUM": 5.0}, USUBJID=A, TUSEQ=6), "tu.xpt",
     "Target T02 was first named at WEEK 3 by INVESTIGATOR"),
    ("Q32", change("DS", {"DSSTDTC": "2013-01-15"}, USUBJID=DEAD, DSSEQ=3), "ds.xpt",
     "DSDECOD DEATH on 2013-01-15, death on 2013-01-14"),
    ("Q33", again("LB", {"LBSEQ": 999}, USUBJID=B, LBSEQ=1), "lb.xpt", "again on"),
    ("Q23", change("DM", {"DTHDTC": None}, USUBJID=DEAD), "ae.xpt", "AEOUT FATAL"),
    ("Q23", change("AE", {"AETOXGR": "5"}, USUBJID=B, AESEQ=3), "ae.xpt", "AETOXGR 5, no date"),
]  # fmt: skip


def seen(tables: Tables, protocol: Protocol) -> Seen:
    """(rule, file, what is said) of every query."""
    data = SDTM(tables, {d: f"{d.lower()}.xpt" for d in tables})
    found = queries(data, protocol=protocol)
    assert found.filter(pl.col("ROW").is_null()).is_empty()
    return set(found.select("QUERY", "FILE", "FOUND").rows())


@cache
def untouched() -> Seen:
    return seen(dict(onco.collected().tables), onco.protocol())


def planted(*plants: Plant) -> Seen:
    tables = dict(onco.collected().tables)
    for plant in plants:
        plant(tables)
    return seen(tables, onco.protocol())


@pytest.mark.parametrize(("rule", "plant", "file", "said"), ONCO, ids=[p[0] for p in ONCO])
def test_planted_in_the_example(rule: str, plant: Plant, file: str, said: str) -> None:
    fresh = planted(plant) - untouched()
    mine = [q for q in fresh if q[0] == rule and q[1] == file and said in q[2]]
    assert len(mine) == 1, fresh


def test_all_at_once_by_the_command(tmp_path: Path) -> None:
    tables = dict(onco.collected().tables)
    chosen = [p for p in ONCO if p[0] not in ("Q04", "Q20", "Q25", "Q28", "Q29", "Q33")]
    for _, plant, _, _ in chosen:
        plant(tables)
    write_xpt(tables, tmp_path / "sdtm")
    text = (onco.FOLDER / "protocol.yaml").read_text("utf-8")
    (tmp_path / "protocol.yaml").write_text(text, "utf-8")
    csv = tmp_path / "queries.csv"
    args = ["queries", str(tmp_path), "--json", "--csv", str(csv)]
    done = CliRunner().invoke(application(), args)
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)["queries"]
    assert {p[0] for p in chosen} <= {row["query"] for row in rows}
    assert len(pl.read_csv(csv)) == len(rows)


P = "NETTER-1-0001"
# In virtual patients of seed 1: visits and doses that have a schedule.
SCHEDULED: list[tuple[str, Plant, str]] = [
    ("Q06", drop("TR", USUBJID=P, TRLNKID="NT01", VISIT="Tumor assessment, week 12"),
     "Non-target NT01 has no value at Tumor assessment, week 12"),
    ("Q08", drop("TR", "RS", USUBJID=P, VISIT="Tumor assessment, week 24"), "1 scan due before"),
    ("Q24", change("SUPPDM", {"QVAL": "grade 7"}, USUBJID=P, QNAM="UPTAKE"), "UPTAKE is grade 7"),
    ("Q24", again("SUPPDM", {"QNAM": "STRAT1R", "QVAL": "grade 9"}, USUBJID=P, QNAM="UPTAKE"),
     "UPTAKE: randomized as grade 9, found to be"),
    ("Q15", change("DM", {"DTHDTC": "2012-06-01"}, USUBJID=P), "LBDTC"),
    ("Q15", change("DM", {"DTHDTC": "2013-03-01"}, USUBJID=P), "TRDTC"),
    ("Q26", again("TU", {"TUSEQ": 99.0, "TULNKID": "T06", "TULOC": "BONE"}, USUBJID=P, TUSEQ=7),
     "target T06 by READER 1 is number 6, and number 1 in BONE"),
    ("Q26", change("TU", {"TULOC": "LIVER"}, USUBJID=P, TUSEQ=7),
     "is number 5, and number 3 in LIVER"),
    ("Q27", change("TR", {"TRSTRESN": 14.9, "TRSTRESC": "14.9"}, USUBJID=P, TRSEQ=6),
     "target T04 is 14.9 mm"),  # a node
    ("Q31", change("SV", {"SVSTDTC": "2012-10-29"}, USUBJID=P, VISIT="Laboratory, week 12"),
     "Laboratory, week 12 on 2012-10-29, an earlier visit on 2012-11-26"),
    ("Q34", change("DS", {"DSSTDTC": "2014-02-17"}, USUBJID=P, DSSEQ=3),
     "octreotide LAR on 2014-02-18, treatment ended on 2014-02-17"),
]  # fmt: skip


@cache
def virtually() -> Seen:
    return seen(dict(virtual.virtual_sdtm().tables), virtual.netter())


def in_virtual(*plants: Plant) -> Seen:
    tables = dict(virtual.virtual_sdtm().tables)
    for plant in plants:
        plant(tables)
    return seen(tables, virtual.netter()) - virtually()


@pytest.mark.parametrize(("rule", "plant", "said"), SCHEDULED, ids=[p[2] for p in SCHEDULED])
def test_planted_in_virtual_patients(rule: str, plant: Plant, said: str) -> None:
    fresh = in_virtual(plant)
    assert [q for q in fresh if q[0] == rule and said in q[2]], fresh


@pytest.mark.parametrize(("by", "asked"), [(7, False), (8, True)])
def test_a_dose_a_week_late_is_in_its_window_a_day_more_is_not(by: int, asked: bool) -> None:
    ex = virtual.virtual_sdtm().tables["EX"].filter(pl.col("EXTRT") == "177Lu-Dotatate")
    first = ex.filter(pl.col("EXSTDTC") != "").unique("USUBJID", keep="first", maintain_order=True)
    subject, before = first.select("USUBJID", "EXSTDTC").row(0)
    second = ex.filter(pl.col("USUBJID") == subject)["EXSEQ"][1]
    due = str(dt.date.fromisoformat(before) + dt.timedelta(days=56 + by))
    moved = change("EX", {"EXSTDTC": due, "EXENDTC": due}, USUBJID=subject, EXSEQ=second)
    tables = dict(virtual.virtual_sdtm().tables)
    tables["EX"] = tables["EX"].filter((pl.col("USUBJID") != subject) | (pl.col("EXSEQ") <= second))
    moved(tables)
    found = {q for q in seen(tables, virtual.netter()) if q[0] == "Q17" and due in q[2]}
    assert bool(found) == asked
    assert all(f"56 days after {before}" in q[2] for q in found)


@pytest.mark.parametrize(("by", "asked"), [(7, False), (8, True)])
def test_a_scan_a_week_late_is_in_its_window_a_day_more_is_not(by: int, asked: bool) -> None:
    tables = dict(virtual.virtual_sdtm().tables)
    start = tables["DM"].filter(pl.col("USUBJID") == P)["RFSTDTC"]
    due = str(dt.date.fromisoformat(start[0]) + dt.timedelta(days=84 + by))
    here = (pl.col("USUBJID") == P) & (pl.col("VISIT") == "Tumor assessment, week 12")
    for domain in ("TR", "RS"):
        date = pl.when(here).then(pl.lit(due)).otherwise(f"{domain}DTC").alias(f"{domain}DTC")
        tables[domain] = tables[domain].with_columns(date)
    found = {q for q in seen(tables, virtual.netter()) if q[0] == "Q07"}
    assert bool(found) == asked
    assert all(due in q[2] for q in found)


def test_central_readers_who_differ_are_asked_about_until_one_is_accepted() -> None:
    """Radiologist 1 finds T01 at 60 mm at week 12, radiologist 2 as it was."""
    tables = dict(onco.collected().tables)
    here = (pl.col("USUBJID") == A) & (pl.col("VISIT") == "WEEK 12")
    first = here & (pl.col("TREVALID") == "RADIOLOGIST 1") & (pl.col("TRLNKID") == "T01")
    larger = pl.when(first & (pl.col("TRTESTCD") == "LDIAM")).then(60.0).otherwise("TRSTRESN")
    tables["TR"] = tables["TR"].with_columns(TRSTRESN=larger)
    asked = onco.protocol().endpoints["PFS"]
    recist = asked.recist.model_copy(update={"reader": "central"})
    endpoints = {"PFS": asked.model_copy(update={"recist": recist})}
    protocol = altered(onco.protocol(), endpoints=endpoints)

    def differing() -> list[str]:
        return [q[2] for q in seen(tables, protocol) if q[0] == "Q30"]

    assert differing() == []  # radiologist 2 is accepted
    for domain in ("TR", "RS"):
        flag = f"{domain}ACPTFL"
        table = tables[domain]
        tables[domain] = table.with_columns(pl.when(~here).then(flag).alias(flag))
    assert differing() == ["at WEEK 12: PD by RADIOLOGIST 1, PR by RADIOLOGIST 2"]
    again("RS", {"RSSEQ": 99, "RSEVALID": "ADJUDICATOR"}, USUBJID=A, RSSEQ=11)(tables)
    assert differing() == []  # the adjudicator wrote his own


def test_every_rule_has_a_planted_case() -> None:
    here = {p[0] for p in ONCO} | {p[0] for p in SCHEDULED} | {"Q07", "Q17", "Q30"}
    assert {rule.id for rule in QUERY_RULES} == here


def test_a_rule_that_cannot_read_the_data_says_so() -> None:
    tables = dict(onco.collected().tables)
    change("TR", {"TRSTRESU": "inch"}, USUBJID=A, TRSEQ=9)(tables)
    found = queries(SDTM(tables, {}), protocol=onco.protocol())
    said = found.filter(pl.col("ROW").is_null())["FOUND"]
    assert len(said) == 5  # the rules that need sizes
    assert all("expected mm or cm" in text for text in said)


def test_the_command_lists_queries_under_the_title_of_their_rule(tmp_path: Path) -> None:
    tables = dict(onco.collected().tables)
    change("DM", {"RFICDTC": "2014-01-03"}, USUBJID=B)(tables)
    write_xpt(tables, tmp_path / "sdtm")
    text = (onco.FOLDER / "protocol.yaml").read_text("utf-8")
    (tmp_path / "protocol.yaml").write_text(text, "utf-8")
    done = CliRunner().invoke(application(), ["queries", str(tmp_path)])
    lines = done.stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("Q09  scan before consent ("))
    assert B in lines[at + 1]
    assert "scan on 2014-01-02, consent on 2014-01-03" in lines[at + 1]
    assert lines[at + 2].strip().startswith("Was this scan part of routine care?")
    # randomized on 2 January, so before consent too
    assert lines[-1] == f"{len(untouched()) + 2} queries about 5 subjects"


def test_every_rule_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "queries.md").read_text("utf-8")
    for rule in QUERY_RULES:
        assert f"| {rule.id} | {rule.title} |" in text


def test_scans_are_judged_as_the_protocol_says() -> None:
    """Radiologist 2 recorded PR after CR: right by the sum, PD where a lesion seen again is PD."""
    asked = onco.protocol().endpoints["PFS"]
    recist = asked.recist.model_copy(update={"reader": "central", "reappearance": "PD"})
    endpoints = {"PFS": asked.model_copy(update={"recist": recist})}
    protocol = altered(onco.protocol(), endpoints=endpoints)
    data = SDTM(dict(onco.collected().tables), {})
    found = queries(data, protocol=protocol).filter(QUERY="Q01")
    assert found["FOUND"].to_list() == ["PR recorded at WEEK 9 by RADIOLOGIST 2"]
    assert "The lesions give PD (target lesion seen again after CR" in found["ASK"][0]
    assert queries(data, protocol=onco.protocol()).filter(QUERY="Q01").is_empty()
