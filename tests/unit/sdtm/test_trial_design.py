"""What a protocol plans, and the elements its subjects went through, as SDTM."""

import datetime as dt

import polars as pl
import pytest

from equipoise.conduct.record import record
from equipoise.meaning.check import read
from equipoise.protocol import Protocol
from equipoise.sdtm.read.read import read_sdtm
from equipoise.sdtm.tabulate.epochs import elements, iso_span, subject_elements
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.sdtm.tabulate.trial_summary import summary
from equipoise.simulation.object.write_trial import write_trial
from equipoise.units import parse_duration
from support.spec import EXAMPLES
from support.virtual import netter, virtual_record, virtual_sdtm

DESIGN = ("TA", "TE", "TV", "TI", "TS")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def trial(subject: dict[str, object], treated_until: str | None = None) -> pl.DataFrame:
    """SE of one subject of NETTER-1, with the day on which treatment ended."""
    whole = {"subject": "01", "site": "S", "country": "", "arm": "lutate", "died": None} | subject
    tables = {"subjects": pl.DataFrame([whole])}
    if treated_until:
        row = {"subject": "01", "category": "DISPOSITION EVENT", "scope": "STUDY TREATMENT"}
        row |= {"what": "COMPLETED", "term": "COMPLETED", "epoch": "TREATMENT"}
        tables["milestones"] = pl.DataFrame([row | {"date": day(treated_until)}])
    return subject_elements(record(netter(), tables))


def test_elements_of_one_subject_by_hand():
    who = {"consented": day("2020-01-01"), "randomized": day("2020-01-20")}
    found = trial(who | {"ended": day("2023-05-01")}, treated_until="2021-03-01")
    assert found.select("ETCD", "SESTDTC", "SEENDTC", "SESTDY", "TAETORD").rows() == [
        ("SCREENIN", "2020-01-01", "2020-01-20", -19.0, 1.0),
        ("LUTATE", "2020-01-20", "2021-03-01", 1.0, 2.0),
        ("FOLLOWUP", "2021-03-01", "2023-05-01", 407.0, 3.0),
    ]


def test_who_is_still_treated_has_no_follow_up():
    who = {"consented": day("2020-01-01"), "randomized": day("2020-01-20")}
    found = trial(who | {"ended": day("2020-08-01")})
    assert found["EPOCH"].to_list() == ["SCREENING", "TREATMENT"]
    assert found["SEENDTC"].to_list() == ["2020-01-20", "2020-08-01"]


def test_a_screening_failure_was_screened_alone():
    who = {"consented": day("2020-01-01"), "randomized": None, "arm": None}
    found = trial(who | {"ended": day("2020-01-09")})
    assert found.select("EPOCH", "SEENDTC").rows() == [("SCREENING", "2020-01-09")]


def test_every_subject_walks_the_elements_of_the_arm_without_a_gap():
    found = virtual_sdtm().table("SE").sort("USUBJID", "SESEQ")
    dm = virtual_sdtm().table("DM").select("USUBJID", "ARMCD")
    ta = virtual_sdtm().table("TA").select("ARMCD", "ETCD", planned="TAETORD")
    joined = found.join(dm, on="USUBJID").join(ta, on=["ARMCD", "ETCD"], how="left")
    assert (joined["planned"] == joined["TAETORD"]).all()
    after = pl.col("SESTDTC") == pl.col("SEENDTC").shift(1).over("USUBJID")
    assert found.select(after.fill_null(value=True).all()).item()
    assert (found["SESTDTC"] <= found["SEENDTC"]).all()


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.parent.name)
def test_the_design_of_every_example_holds_together(file):
    protocol = read(file)
    tables = tabulate(record(protocol, {})).tables
    assert set(DESIGN) & set(tables) >= {"TS"}
    if "TA" in tables:
        assert set(tables["TA"]["ETCD"]) == set(tables["TE"]["ETCD"])
        assert tables["TE"]["ETCD"].is_unique().all()
        assert tables["TE"]["ETCD"].str.len_chars().max() <= 8
        assert set(tables["TA"]["ARM"]) == {arm.label for arm in protocol.arms.values()}
    if "TV" in tables:
        key = [c for c in ("VISITNUM", "ARMCD") if c in tables["TV"].columns]
        assert tables["TV"].select(key).is_unique().all()
        assert not (tables["TV"]["VISITDY"] == 0).any()
    if "TI" in tables:
        listed = protocol.population.eligibility
        assert tables["TI"].height == len(listed.include) + len(listed.exclude)


def test_planned_visits_are_numbered_as_those_that_are_held():
    planned = virtual_sdtm().table("TV").select("VISITNUM", "VISIT").unique()
    own = virtual_record().table("visits").filter(pl.col("key").is_in(["baseline", "scan"]))
    within = pl.col("number") <= planned["VISITNUM"].max()  # a scan goes on until progression
    held = own.filter(within).select(VISITNUM="number", VISIT="visit").unique()
    assert held.height > 20
    assert held.join(planned, on=["VISITNUM", "VISIT"], how="anti").is_empty()


def test_trial_summary_by_hand():
    told = summary(netter())
    values = dict(told.filter(pl.col("TSSEQ") == 1).select("TSPARMCD", "TSVAL").iter_rows())
    assert values["TPHASE"] == "PHASE III TRIAL"
    assert (values["PLANSUB"], values["NARMS"], values["RANDOM"]) == ("230", "2", "Y")
    assert (values["TRT"], values["DOSE"], values["DOSU"]) == ("177Lu-Dotatate", "7.4", "GBq")
    assert values["LENGTH"] == "P2386D"  # 4 weeks, 76 weeks and 5 years of 365.25 days
    registers = told.filter(pl.col("TSPARMCD") == "REGID")
    assert registers["TSSEQ"].to_list() == [1.0, 2.0, 3.0]


def test_a_long_title_goes_on_and_loses_nothing():
    long = " ".join(f"word{n}" for n in range(100))
    told = summary(netter().with_("trial.title", long)).filter(pl.col("TSPARMCD") == "TITLE")
    pieces = [told[c][0] for c in told.columns if c.startswith("TSVAL") and told[c][0]]
    assert " ".join(pieces) == long
    assert max(map(len, pieces)) <= 200


def test_relations_name_columns_that_are_there():
    data = virtual_sdtm()
    for domain, name in data.table("RELREC").select("RDOMAIN", "IDVAR").iter_rows():
        assert name in data.table(domain).columns


@pytest.mark.parametrize(
    ("text", "iso"), [("76 weeks", "P76W"), ("5 years", "P5Y"), ("1 day", "P1D")]
)
def test_spans_in_iso_8601(text, iso):
    assert iso_span(parse_duration(text)) == iso


def test_two_arms_whose_codes_begin_alike_are_told_apart():
    protocol: Protocol = netter().with_("arms.octreotide.code", "LUTATE2LONGCODE")
    protocol = protocol.with_("arms.lutate.code", "LUTATE2LONG")
    codes = [e.code for e in elements(protocol) if e.arm]
    assert codes == ["LUTATE2L", "LUTATE22"]


def test_the_design_is_read_back_from_a_folder(tmp_path):
    write_trial(virtual_record(), virtual_sdtm(), tmp_path, file_format="xpt")
    again = read_sdtm(tmp_path)
    for name in (*DESIGN, "SE", "RELREC"):
        assert again.table(name).height == virtual_sdtm().table(name).height
