"""One subject's platelets, worked by hand: baseline 200, nadir grade 3 at week 8."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from equipoise.adam.labs.adlb import AdlbOptions, adlb
from equipoise.adam.labs.results import Units, unit_findings
from equipoise.errors import InputError
from support import street

ADSL = pl.DataFrame(
    {"USUBJID": ["S1"], "TRTSDT": [dt.date(2020, 1, 1)], "TRTEDT": [dt.date(2020, 3, 1)]}
)
VALUES = [
    # day, visit number, visit, value
    ("2019-12-20", 1.0, "SCREENING", 180.0),
    ("2020-01-01", 2.0, "DAY 1", 200.0),
    ("2020-01-29", 3.0, "WEEK 4", 70.0),
    ("2020-02-26", 4.0, "WEEK 8", 45.0),
    ("2020-02-28", 4.1, "UNSCHEDULED 4.1", 49.0),
    ("2020-03-25", 5.0, "WEEK 12", 20.0),
]


def platelets() -> pl.DataFrame:
    names = ["LBDTC", "VISITNUM", "VISIT", "LBSTRESN"]
    return pl.DataFrame(VALUES, schema=names, orient="row").with_columns(
        USUBJID=pl.lit("S1"),
        LBTESTCD=pl.lit("PLAT"),
        LBSTRESU=pl.lit("10^9/L"),
        LBSTNRLO=pl.lit(150.0),
        LBSTNRHI=pl.lit(400.0),
        LBSEQ=pl.int_range(1, pl.len() + 1),
    )


def column(name: str, **options: object) -> list[object]:
    made = adlb(platelets(), ADSL, version="5.0", options=AdlbOptions(**options))  # type: ignore[arg-type]
    return made[name].to_list()


def test_baseline_is_the_last_value_up_to_the_first_dose() -> None:
    assert column("ABLFL") == [None, "Y", None, None, None, None]
    assert column("BASE") == [200.0] * 6
    assert column("CHG") == [None, None, -130.0, -155.0, -151.0, -180.0]
    assert column("PCHG")[3] == pytest.approx(-77.5)


def test_grades_and_shift() -> None:
    assert column("ATOXGRL") == ["0", "0", "2", "3", "3", "4"]
    assert column("ATOXGR")[3] == "-3"
    assert column("SHIFT1")[3] == "NORMAL to LOW"
    assert column("SHIFT2")[3] == "0 to -3"


def test_on_treatment_ends_with_the_last_dose_and_its_window() -> None:
    # The baseline, on the day of the first dose, was taken before it.
    assert column("ONTRTFL") == [None, None, "Y", "Y", "Y", None]
    assert column("ONTRTFL", on_treatment_days=30)[-1] == "Y"


def test_the_worst_grade_on_treatment_is_flagged_once_at_its_first() -> None:
    assert column("WGRLFL") == [None, None, None, "Y", None, None]
    assert column("WGRLFL", on_treatment_days=30) == [None] * 5 + ["Y"]
    assert column("WGRHFL") == [None] * 6  # the test has no criterion toward high values


def test_the_last_value_on_treatment() -> None:
    assert column("LVOTFL") == [None, None, None, None, "Y", None]


def test_names() -> None:
    assert set(column("PARAM")) == {"PLAT (10^9/L)"}
    assert set(column("PARAMCD", codes={"PLAT": "PLT"})) == {"PLT"}


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="expected column LBSTRESN"):
        adlb(platelets().drop("LBSTRESN"), ADSL, version="5.0")
    with pytest.raises(InputError, match="CTCAE version '7'"):
        adlb(platelets(), ADSL, version="7")


# Units by hand: 1 mg/dL of creatinine is 10 / 113.12 mmol/L; the row's own unit is what is graded.
MIXED = [
    # day, value, unit, upper limit
    ("2019-12-20", 1.0, "mg/dL", 1.2),
    ("2020-01-29", 132.6, "umol/L", 106.0),
    ("2020-02-26", 3.0, "mg/dL", 1.2),
    ("2020-03-25", 40.0, "furlong", 1.2),
]


def creatinine(*drop: str) -> pl.DataFrame:
    names = ["LBDTC", "LBSTRESN", "LBSTRESU", "LBSTNRHI"]
    table = pl.DataFrame(MIXED, schema=names, orient="row").with_columns(
        USUBJID=pl.lit("S1"),
        LBTESTCD=pl.lit("CREAT"),
        LBSEQ=pl.int_range(1, pl.len() + 1),
        VISITNUM=pl.lit(1.0),
    )
    return table.drop(drop)


def in_units(lb: pl.DataFrame, **units: object) -> pl.DataFrame:
    options = AdlbOptions(units=Units(**units))  # type: ignore[arg-type]
    return adlb(lb, ADSL, version="5.0", options=options)


def test_values_and_limits_stand_in_the_unit_of_the_protocol() -> None:
    made = in_units(creatinine(), system="SI")
    assert made["AVAL"].to_list()[:3] == pytest.approx([88.4016973126, 132.6, 265.205091938])
    assert made["AVALU"].to_list() == ["umol/L", "umol/L", "umol/L", None]
    assert made["ANRHI"].to_list()[0] == pytest.approx(1.2 * 88.4016973126)
    assert made["BASE"].to_list() == pytest.approx([88.4016973126] * 4)
    assert made["CHG"].to_list()[2] == pytest.approx(265.205091938 - 88.4016973126)
    assert made["LBSTRESU"].to_list() == ["mg/dL", "umol/L", "mg/dL", "furlong"]
    assert made["LBSTRESN"].to_list() == [1.0, 132.6, 3.0, 40.0]
    assert made["RULE"].to_list()[:2] == ["CTCAE 5.0; mg/dL turned into umol/L", "CTCAE 5.0"]


def test_a_unit_of_one_test_overrides_the_system() -> None:
    made = in_units(creatinine(), system="SI", of={"CREAT": "mg/L"})
    assert made["AVAL"].to_list()[:1] == [10.0]
    assert made["AVAL"].to_list()[2] == 30.0  # 3 mg/dL exactly, not 30.000000000000004


def test_an_unknown_unit_has_no_value_and_no_grade() -> None:
    made = in_units(creatinine(), system="US")
    assert made["AVAL"].to_list()[3] is None
    assert made["AVALC"].to_list()[3] == "40.0 furlong"


@pytest.mark.parametrize("system", ["as collected", "SI", "US"])
def test_grades_do_not_depend_on_the_unit_of_analysis(system: str) -> None:
    # 3.0 mg/dL is exactly 3 x baseline and 2.5 x ULN: grade 2 by both. 132.6 umol/L is 1.49996 x
    # the baseline of 1 mg/dL, and 1.25 x its own ULN: grade 1.
    made = in_units(creatinine(), system=system)
    assert made["ATOXGRH"].to_list()[:3] == ["0", "1", "2"]


def test_as_collected_a_change_is_in_the_unit_of_its_row() -> None:
    made = in_units(creatinine())
    assert made["AVALU"].to_list() == ["mg/dL", "umol/L", "mg/dL", "furlong"]
    assert made["CHG"].to_list()[1:] == [pytest.approx(132.6 - 88.4016973126), 2.0, None]


def test_results_that_were_never_standardized_are_read_from_the_original() -> None:
    lb = creatinine("LBSTRESN", "LBSTRESU", "LBSTNRHI").with_columns(
        LBORRES=pl.Series(["1.0", "<0.2", " 3.0", "lost"]),
        LBORRESU=pl.lit("mg/dL"),
        LBORNRHI=pl.lit("1.2"),
    )
    made = in_units(lb, system="SI")
    assert made["AVAL"].to_list()[0] == pytest.approx(88.4016973126)
    assert made["AVAL"].to_list()[1:2] == [None]
    assert made["AVALC"].to_list() == [None, "<0.2", None, "lost"]
    assert made["SRCVAR"].to_list()[0] == "LBORRES"
    assert made["ATOXGRH"].to_list()[2] == "2"
    found = unit_findings(lb, version="5.0", units=Units("SI"))
    assert str(found[0]) == (
        "lb: 2 results without LBSTRESN and LBSTRESC are read from LBORRES and LBORRESU"
    )


def test_standard_results_as_text_only() -> None:
    lb = creatinine("LBSTRESN").with_columns(LBSTRESC=pl.Series(["1.0", "132.6", "<0.2", "x"]))
    made = in_units(lb, system="SI")
    assert made["AVAL"].to_list()[:3] == [pytest.approx(88.4016973126), 132.6, None]
    assert made["AVALC"].to_list()[2:] == ["<0.2", "x"]
    assert made["SRCVAR"].to_list()[0] == "LBSTRESC"


def test_neither_a_standard_nor_an_original_result() -> None:
    with pytest.raises(InputError, match="expected column LBSTRESN or LBORRES"):
        in_units(creatinine("LBSTRESN"))


def test_findings_say_row_unit_and_what_was_expected() -> None:
    lines = [str(f) for f in unit_findings(creatinine(), version="5.0", units=Units("US"))]
    assert lines == [
        'lb USUBJID S1 LBSEQ 4: CREAT with unit "furlong": not analyzable\n'
        "    expected a unit such as mg/dL"
    ]
    mixed = [str(f) for f in unit_findings(creatinine(), version="5.0", units=Units())]
    assert mixed == [
        "lb: CREAT is in mg/dL and umol/L: its values cannot stand in one table\n"
        "    say `units: SI` or `units: US` under `safety`, or `unit of` the test"
    ]
    plat = platelets().with_columns(LBSTRESU=pl.lit(None, pl.String))
    bare = [str(f) for f in unit_findings(plat, version="5.0", units=Units())]
    assert bare == [
        "lb USUBJID S1 LBSEQ 1: PLAT with no unit (and 5 more rows): not gradable\n"
        "    expected a unit such as 10^9/L, /mm3"
    ]
    odd = platelets().with_columns(LBTESTCD=pl.lit("TSH"), LBSTRESU=pl.lit("mU/L"))
    unit, term = unit_findings(odd, version="5.0", units=Units("SI"))
    assert str(unit).split("\n")[0] == "lb: no SI unit is known for TSH; as collected"
    assert str(term) == "lb: CTCAE 5.0 has no criterion for TSH; they have no grade"


def test_a_test_that_another_version_grades_is_told_with_that_version() -> None:
    eos = platelets().with_columns(LBTESTCD=pl.lit("EOS"), LBSTRESU=pl.lit("10^9/L"))
    (note,) = unit_findings(eos, version="6.0", units=Units())
    assert str(note) == (
        "lb: CTCAE 6.0 has no criterion for EOS; they have no grade\n"
        "    graded elsewhere: EOS by 5.0"
    )
    assert unit_findings(eos, version="5.0", units=Units()) == ()


@pytest.mark.parametrize(
    ("value", "low", "high", "said", "range_", "by_word"),
    [
        (50.0, None, 400.0, "LOW", "LOW", True),  # the one limit cannot tell
        (50.0, None, 400.0, "low low", "LOW", True),
        (50.0, None, 400.0, None, "NORMAL", False),
        (500.0, None, 400.0, "NORMAL", "HIGH", False),  # beyond the limit that is there
        (50.0, 150.0, 400.0, "NORMAL", "LOW", False),  # both limits decide
        (50.0, None, None, "HIGH", "HIGH", True),
        (50.0, None, None, "ABNORMAL", None, False),
        (None, None, 400.0, "LOW", None, False),
    ],
)
def test_the_collected_indicator_where_the_range_cannot_tell(
    value: float | None,
    low: float | None,
    high: float | None,
    said: str | None,
    range_: str | None,
    by_word: bool,
) -> None:
    numbers = {"LBSTRESN": value, "LBSTNRLO": low, "LBSTNRHI": high}
    lb = platelets().head(1)
    lb = lb.with_columns(pl.lit(v, pl.Float64).alias(k) for k, v in numbers.items())
    lb = lb.with_columns(LBNRIND=pl.lit(said, pl.String))
    row = adlb(lb, ADSL, version="5.0").row(0, named=True)
    assert (row["ANRIND"], "LBNRIND" in row["RULE"]) == (range_, by_word)


def test_a_value_is_graded_by_the_thresholds_of_its_own_unit() -> None:
    # CTCAE 5: < 55 mg/dL or < 3.0 mmol/L is grade 2. 54.5 mg/dL is 3.03 mmol/L.
    lb = (
        creatinine()
        .head(1)
        .with_columns(
            LBTESTCD=pl.lit("GLUC"),
            LBSTRESN=pl.lit(54.5),
            LBSTNRLO=pl.lit(70.0),
            LBSTNRHI=pl.lit(99.0),
        )
    )
    for system in ("as collected", "SI", "US"):
        assert in_units(lb, system=system)["ATOXGRL"].to_list() == ["2"]


def test_the_protocol_says_the_unit_and_derive_tells_what_cannot_be_turned() -> None:
    plan = street.protocol(
        safety={"population": "safety", "ctcae": "5.0", "units": "SI", "unit of": {"GLUC": "mg/dL"}}
    )
    dose = {"EXTRT": "drug", "EXDOSE": 10.0, "EXSTDTC": "2020-02-10", "EXENDTC": "2020-04-01"}
    labs = [
        {"LBTESTCD": code, "LBSTRESN": value, "LBSTRESC": str(value), "LBSTRESU": unit,
         "LBDTC": "2020-03-01", "VISITNUM": 1.0, "VISIT": "WEEK 3"}
        for code, value, unit in (
            ("HGB", 9.9, "g/dL"), ("GLUC", 3.0, "mmol/L"), ("PLAT", 70.0, "K/uL"),
            ("NEUT", 1.0, "stone"),
        )
    ]  # fmt: skip
    people = {"DM": [street.person()], "DS": [street.randomized()], "EX": [dose], "LB": labs}
    data = street.derived(street.sdtm(plan, **people))
    rows = {r["PARAMCD"]: r for r in data.table("ADLB").iter_rows(named=True)}
    assert (rows["HGB"]["AVAL"], rows["HGB"]["AVALU"], rows["HGB"]["ATOXGRL"]) == (99.0, "g/L", "2")
    assert (rows["PLAT"]["AVAL"], rows["PLAT"]["AVALU"]) == (70.0, "10^9/L")
    assert rows["GLUC"]["AVAL"] == pytest.approx(54.0468)
    assert rows["NEUT"]["AVAL"] is None
    assert rows["NEUT"]["ATOXGRL"] is None
    told = [str(f).split("\n")[0] for f in data.findings if f.place.startswith("lb")]
    assert [t.split(": ", 1)[1] for t in told] == ['NEUT with unit "stone": not analyzable']
