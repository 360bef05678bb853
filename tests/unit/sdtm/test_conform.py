"""Each rule: a study without the fault is clean, a study with it gets one finding at its place."""

import polars as pl
import pytest

from equipoise.errors import Finding
from equipoise.sdtm.arms import KnownArms
from equipoise.sdtm.conform.conform import CONFORMANCE_RULES, conform
from equipoise.sdtm.model import SDTM
from support.sdtm import set_cell, study, tables

ARMS = ("Active", "Control")


def changed(domain: str, row: int, **values: object) -> SDTM:
    return study(**{domain: set_cell(tables()[domain], row, **values)})


def without(domain: str, column: str) -> SDTM:
    return study(**{domain: tables()[domain].drop(column)})


def told(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.severity, finding.place


def repeated(domain: str, row: int, **values: object) -> SDTM:
    table = tables()[domain]
    again = set_cell(table, row, **values).slice(row, 1)
    return study(**{domain: pl.concat([table, again])})


def test_the_small_study_is_clean() -> None:
    assert conform(study(), arms=ARMS, domains=("LB",)) == []


LEFT_OUT = {
    "DM": set_cell(tables()["DM"], 2, ARM=None, ARMCD=None),
    "DS": tables()["DS"][[0, 1, 3]],
}
UNTREATED = LEFT_OUT | {
    "DM": set_cell(LEFT_OUT["DM"], 2, RFXSTDTC=None),
    "EX": tables()["EX"].filter(pl.col("USUBJID") != LEFT_OUT["DM"]["USUBJID"][2]),
}

CASES = {
    "no DM": (study(DM=None), ("S10", "error", "DM")),
    "no EX": (study(EX=None), ("S11", "warning", "EX")),
    "no AESTDTC": (without("AE", "AESTDTC"), ("S12", "error", "ae.xpt AESTDTC")),
    "no ARMCD": (without("DM", "ARMCD"), ("S12", "error", "dm.xpt ARMCD")),
    "no AEREL": (without("AE", "AEREL"), ("S13", "warning", "ae.xpt")),
    "no rows in LB": (study(LB=tables()["LB"].clear()), ("S14", "warning", "lb.xpt")),
    "LB in AE": (changed("AE", 1, DOMAIN="LB"), ("S15", "error", "ae.xpt row 2 DOMAIN")),
    "EX in SUPPAE": (
        changed("SUPPAE", 1, RDOMAIN="EX"),
        ("S15", "error", "suppae.xpt row 2 RDOMAIN"),
    ),
    "no subject": (changed("LB", 2, USUBJID=None), ("S16", "error", "lb.xpt row 3 USUBJID")),
    "half a sequence": (changed("LB", 1, LBSEQ=1.5), ("S17", "error", "lb.xpt row 2 LBSEQ")),
    "no sequence": (changed("LB", 1, LBSEQ=None), ("S17", "error", "lb.xpt row 2 LBSEQ")),
    "sequence nought": (changed("LB", 1, LBSEQ=0.0), ("S17", "error", "lb.xpt row 2 LBSEQ")),
    "a key twice": (changed("LB", 1, LBSEQ=1.0), ("S18", "error", "lb.xpt row 2 LBSEQ")),
    "a subject twice": (repeated("DM", 0), ("S18", "error", "dm.xpt row 4 USUBJID")),
    "a supplement twice": (repeated("SUPPAE", 0), ("S18", "error", "suppae.xpt row 4 QNAM")),
    "two studies": (changed("LB", 1, STUDYID="T"), ("S19", "warning", "lb.xpt STUDYID")),
    "a stranger": (changed("EX", 3, USUBJID="S-9"), ("S20", "error", "ex.xpt row 4 USUBJID")),
    "no arm": (
        study(**UNTREATED),
        ("S22", "warning", "dm.xpt row 3 ARM"),
    ),
    "no arm, and treated": (study(**LEFT_OUT), ("S29", "error", "dm.xpt row 3 ARM")),
    "switched": (changed("DM", 0, ACTARM="Control"), ("S25", "warning", "dm.xpt row 1 ACTARM")),
    "February 30": (
        changed("LB", 1, LBDTC="2020-02-30"),
        ("S30", "error", "lb.xpt row 2 LBDTC"),
    ),
    "end first": (
        changed("AE", 0, AEENDTC="2020-01-09"),
        ("S31", "error", "ae.xpt row 1 AEENDTC"),
    ),
    "end first, in part": (
        changed("AE", 1, AEENDTC="2020-04"),
        ("S31", "error", "ae.xpt row 2 AEENDTC"),
    ),
    "reference end first": (
        changed("DM", 0, RFENDTC="2019-12-31"),
        ("S31", "error", "dm.xpt row 1 RFENDTC"),
    ),
    "event before": (
        changed("AE", 0, AESTDTC="2019-12-31"),
        ("S32", "warning", "ae.xpt row 1 AESTDTC"),
    ),
    "event after death": (
        changed("AE", 2, AESTDTC="2020-05-06", AEENDTC=None),
        ("S34", "error", "ae.xpt row 3 AESTDTC"),
    ),
    "laboratory after death": (
        changed("LB", 2, LBDTC="2020-05-06"),
        ("S34", "warning", "lb.xpt row 3 LBDTC"),
    ),
    "no date": (changed("LB", 2, LBDTC=None), ("S36", "warning", "lb.xpt row 3 LBDTC")),
    "death without date": (changed("DM", 0, DTHFL="Y"), ("S40", "warning", "dm.xpt row 1 DTHDTC")),
    "fatal, alive": (changed("AE", 0, AEOUT="FATAL"), ("S41", "warning", "ae.xpt row 1 AEOUT")),
    "no term": (changed("AE", 0, AESER="yes"), ("S42", "warning", "ae.xpt row 1 AESER")),
    "open and ended": (
        changed("AE", 0, AEOUT="NOT RECOVERED/NOT RESOLVED"),
        ("S43", "warning", "ae.xpt row 1 AEOUT"),
    ),
    "supplement of nothing": (
        changed("SUPPAE", 2, IDVARVAL="8"),
        ("S44", "warning", "suppae.xpt row 3 IDVARVAL"),
    ),
    "a qualifier's odd name": (
        changed("SUPPAE", 2, QNAM="=1+1"),
        ("S45", "warning", "suppae.xpt row 3 QNAM"),
    ),
}


@pytest.mark.parametrize(
    ("name", "told_of"), [("=1+1", True), ("2ND", True), ("LONGNAMES", True), ("EFFICACY", False)]
)
def test_a_subjects_qualifier_becomes_a_variable(name: str, told_of: bool) -> None:
    rows = {"RDOMAIN": ["DM"], "USUBJID": ["S-1"], "IDVAR": [None], "IDVARVAL": [None],
            "QNAM": [name], "QVAL": ["Y"]}  # fmt: skip
    supp = pl.DataFrame(rows, schema=dict.fromkeys(rows, pl.String))
    found = [f for f in conform(study(SUPPDM=supp)) if f.rule == "S45"]
    assert [(f.severity, f.place) for f in found] == (
        [("error", "suppdm.xpt row 1 QNAM")] if told_of else []
    )


@pytest.mark.parametrize("name", CASES)
def test_one_fault_one_finding(name: str) -> None:
    data, expected = CASES[name]
    assert [told(finding) for finding in conform(data, arms=ARMS)] == [expected]


def test_a_death_that_ds_knows_and_dm_does_not() -> None:
    findings = conform(changed("DM", 1, DTHFL=None, DTHDTC=None))
    assert {told(f) for f in findings} == {
        ("S41", "warning", "ae.xpt row 3 AEOUT"),
        ("S41", "warning", "ds.xpt row 4 DSDECOD"),
    }


def test_a_death_before_the_reference_start() -> None:
    findings = conform(changed("DM", 1, DTHDTC="2019-05", RFENDTC=None))
    assert ("S35", "error", "dm.xpt row 2 DTHDTC") in {told(f) for f in findings}


def test_a_dose_before_randomization_is_a_warning() -> None:
    findings = conform(changed("DS", 0, DSSTDTC="2020-01-03"))
    assert [told(f) for f in findings] == [("S33", "warning", "ex.xpt row 1 EXSTDTC")]


def test_an_arm_that_the_protocol_does_not_know() -> None:
    dm = tables()["DM"].with_columns(ACTARM=pl.lit(None, dtype=pl.String))
    dm = set_cell(dm, 1, ARM="Contrl", ARMCD="C")
    (unknown, empty) = conform(study(DM=dm), arms=ARMS)
    assert str(unknown) == (
        'dm.xpt row 2 ARM: the protocol has no arm "Contrl"\n'
        "    one of Active, Control; did you mean Control?  [rule S21]"
    )
    assert told(empty) == ("S26", "warning", "dm.xpt ARM")


@pytest.mark.parametrize("arms", [ARMS, ("A", "B"), ("Active", "B")])
def test_arms_are_known_by_name_or_code(arms: tuple[str, ...]) -> None:
    assert conform(study(), arms=arms) == []


@pytest.mark.parametrize("arm", ["Screen Failure", "SCREEN FAILURE", "Not Assigned"])
def test_unassigned_subjects_need_no_arm_of_the_protocol(arm: str) -> None:
    dm = set_cell(tables()["DM"], 2, ARM=arm, ARMCD="X", ACTARM=arm)
    assert conform(study(DM=dm, DS=tables()["DS"][[0, 1, 3]]), arms=ARMS) == []


@pytest.mark.parametrize("arm", [None, "Screen Failure", "Not Assigned"])
def test_who_was_randomized_has_an_arm(arm: str | None) -> None:
    dm = set_cell(tables()["DM"], 2, ARM=arm, ARMCD=arm, ACTARM=arm)
    faults = [f for f in conform(study(DM=dm), arms=ARMS) if f.severity == "error"]
    assert [told(f) for f in faults] == [("S27", "error", "dm.xpt row 3 ARM")]
    assert f"1 in all; ARM says: {arm or 'nothing'} (1)" in faults[0].message


@pytest.mark.parametrize("sign", ["RFXSTDTC", "EX"])
def test_who_was_treated_has_an_arm_or_a_reason(sign: str) -> None:
    silent = set_cell(tables()["DM"], 2, ARM=None, ARMCD=None, ACTARM=None)
    who = silent["USUBJID"][2]
    dosed = tables()["EX"].with_columns(USUBJID=pl.lit(who if sign == "EX" else "other"))
    first = pl.when(pl.col("USUBJID") == who).then(pl.lit("2020-01-02"))
    dm = silent.with_columns(RFXSTDTC=first) if sign == "RFXSTDTC" else silent
    others = {"DS": tables()["DS"][[0, 1, 3]], "EX": dosed}
    faults = [f for f in conform(study(DM=dm, **others), arms=ARMS) if f.rule == "S29"]
    assert [told(f) for f in faults] == [("S29", "error", "dm.xpt row 3 ARM")]
    assert faults[0].message == "treated and in no arm, without a reason: 1 in all"
    reasoned = dm.with_columns(ARMNRS=pl.lit("NOT ASSIGNED"))
    assert not [f for f in conform(study(DM=reasoned, **others), arms=ARMS) if f.rule == "S29"]


ACTIVE = KnownArms({"a": ("Active", "X", "a"), "b": ("Control", "Y", "b")}, frozenset("ab"))


def test_an_arm_is_found_by_any_word_in_any_case() -> None:
    dm = tables()["DM"]
    for code, name in (("X", "?"), ("?", "ACTIVE"), ("A", "?"), ("x ", "active")):
        said = set_cell(dm, 0, ARMCD=code, ARM=name)
        assert ACTIVE.keys(said)[0] == "a", (code, name)
    assert ACTIVE.keys(set_cell(dm, 0, ARMCD="?", ARM="?"))[0] is None


def test_a_code_that_is_not_the_protocols_is_told_and_loses_nobody() -> None:
    found = conform(study(), arms=ACTIVE)
    # "A" is the arm's key, which tells it too; "B" likewise
    assert found == []
    dm = tables()["DM"].with_columns(ARMCD=pl.Series(["Q", "B", "Q"]))
    (finding,) = [
        f for f in conform(study(DM=dm), arms=ACTIVE) if f.place.startswith("dm.xpt row 1")
    ]
    assert (finding.rule, finding.severity) == ("S28", "note")
    assert 'no arm of the code "Q"' in finding.message


def test_code_and_name_of_two_arms() -> None:
    dm = set_cell(tables()["DM"], 0, ARMCD="Y")
    faults = [f for f in conform(study(DM=dm), arms=ACTIVE) if f.rule == "S21"]
    assert [f.message for f in faults] == ['ARM says "Active" and ARMCD "Y", which are two arms']


def test_an_arm_is_empty_only_if_none_of_its_words_is_there() -> None:
    assert [f for f in conform(study(), arms=ACTIVE) if f.rule == "S26"] == []
    three = KnownArms({**ACTIVE.words, "c": ("Third", "Z", "c")})
    (finding,) = [f for f in conform(study(), arms=three) if f.rule == "S26"]
    assert finding.message == 'nobody is in the arm "Third"'


def test_a_subject_in_two_arms() -> None:
    data = repeated("DM", 0, ARM="Control", ARMCD="B", ACTARM="Control")
    found = {told(f) for f in conform(data)}
    assert ("S24", "error", "dm.xpt row 1 ARMCD") in found
    assert ("S24", "error", "dm.xpt row 4 ARMCD") in found


def test_one_code_with_two_names() -> None:
    (finding,) = conform(changed("DM", 2, ARM="Active 2", ACTARM="Active 2"))
    assert finding.rule == "S23"
    assert "Active, Active 2" in finding.message


def test_partial_dates_are_given_the_benefit_of_the_doubt() -> None:
    ae = set_cell(tables()["AE"], 0, AESTDTC="2020", AEENDTC="2020-01")
    ae = set_cell(ae, 2, AESTDTC="2020-05", AEENDTC=None)
    assert conform(study(AE=ae)) == []


def test_a_test_that_was_not_done_needs_no_date() -> None:
    lb = set_cell(tables()["LB"], 2, LBDTC=None).with_columns(LBSTAT=pl.lit("NOT DONE"))
    assert conform(study(LB=lb)) == []


def test_the_protocol_may_ask_for_further_domains() -> None:
    (finding,) = conform(study(), domains=("TR",))
    assert told(finding) == ("S10", "error", "TR")


def test_endpoints_of_tumors_need_readings_of_tumors() -> None:
    found = conform(study(), tumors=("PFS", "ORR"))
    assert [told(f) for f in found] == [("S46", "error", "TU, TR, RS")] * 2
    assert str(found[0]).startswith("TU, TR, RS: PFS rests on tumor assessments, and TU, TR and RS")
    rs = {"STUDYID": "S", "USUBJID": "S-1", "RSSEQ": 1.0, "RSTESTCD": "OVRLRESP"}
    readings = pl.DataFrame([{**rs, "RSSTRESC": "SD", "RSDTC": "2020-03-01"}])
    assert "S46" not in [f.rule for f in conform(study(RS=readings), tumors=("PFS",))]
    assert "S46" in [f.rule for f in conform(study(RS=readings.clear()), tumors=("PFS",))]


def test_a_mistyped_column_is_named_beside_the_missing_one() -> None:
    data = study(AE=tables()["AE"].rename({"AESTDTC": "AESTDT"}))
    first = conform(data)[0]
    assert first.message == "the column AESTDTC is missing; did you mean AESTDT?"


def test_many_rows_are_counted_not_listed() -> None:
    lb = pl.concat([tables()["LB"].head(1)] * 50).with_columns(
        LBSEQ=pl.int_range(1, 51).cast(pl.Float64), LBDTC=pl.format("day {}", pl.int_range(50))
    )
    findings = conform(study(LB=lb))
    assert len(findings) == 21
    assert findings[-1].place == "lb.xpt LBDTC"
    assert findings[-1].message == "and 30 more rows like the 20 above"
    assert findings[-1].severity == "error"


def test_many_rows_with_the_same_fault_are_one_finding() -> None:
    lb = pl.concat([tables()["LB"].head(1)] * 50).with_columns(
        LBSEQ=pl.int_range(1, 51).cast(pl.Float64), LBDTC=pl.lit("yesterday")
    )
    (finding,) = conform(study(LB=lb))
    assert finding.place == "lb.xpt row 1 LBDTC"
    assert finding.message == '"yesterday" is no date (50 rows; also 2, 3, 4, ...)'


def test_errors_come_first_and_all_at_once() -> None:
    ae = set_cell(tables()["AE"], 0, AESER="yes", AESTDTC="soon")
    ae = set_cell(ae, 3, USUBJID="S-4")
    findings = conform(study(AE=ae, EX=None))
    assert [f.rule for f in findings] == ["S20", "S30", "S11", "S42", "S44"]


def test_data_made_in_memory_are_placed_by_domain() -> None:
    bad = {**tables(), "LB": set_cell(tables()["LB"], 1, LBDTC="soon")}
    (finding,) = conform(SDTM(bad, {}))
    assert finding.place == "LB row 2 LBDTC"


def test_every_rule_says_its_id() -> None:
    ids = [(rule.__doc__ or "").partition(":")[0] for rule in CONFORMANCE_RULES]
    assert ids == sorted(set(ids))
    assert all(name.startswith("S") and name[1:].isdigit() for name in ids)


INERT = {"STUDYID", "AEBODSYS", "EXDOSU", "LBTEST", "LBORRES", "LBSTRESC", "LBSTRESU", "QLABEL"}
COLUMNS = [(name, column) for name, table in tables().items() for column in table.columns]
COLUMNS = [(name, column) for name, column in COLUMNS if column not in INERT]


@pytest.mark.parametrize(("domain", "column"), COLUMNS)
def test_no_fault_stops_the_rules(domain: str, column: str) -> None:
    table = tables()[domain]
    faulty = (
        table.drop(column),
        table.with_columns(pl.lit(None).alias(column)),
        table.with_columns(pl.lit("{odd}").alias(column)),
    )
    for broken in faulty:
        findings = conform(study(**{domain: broken}), arms=ARMS)
        assert all(isinstance(finding, Finding) for finding in findings)


@pytest.mark.parametrize("domain", tables())
def test_an_empty_table_stops_no_rule(domain: str) -> None:
    findings = conform(study(**{domain: tables()[domain].clear()}), arms=ARMS)
    assert ("S14", f"{domain.lower()}.xpt") in {(f.rule, f.place) for f in findings}
