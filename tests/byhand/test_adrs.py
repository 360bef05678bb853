"""Which readings of ADRS stand up to the first progression, worked by hand.

ANL01FL is Y if a reading counts; ANL02FL, as in admiralonco's template, for every reading up to and
including the first PD, whether or not it counts itself. Subject A, start on day 0:

day   reading  ANL01FL  ANL02FL  why
-10   PD       -        Y        before the start: does not count, and is no progression
 40   SD       -        Y        not the worst of its day
 40   PR       -        Y        nor this one
 40   NON..PD  Y        Y
 80   SD       -        Y        the day of progression, though not the worst of it
 80   PD       Y        Y        the first progression that counts
120   PR       -        -        not the worst of its day, and after progression
120   PD       Y        -        after progression
 -    SD       -        -        without a date there is no before or after
"""

import datetime as dt

import polars as pl
import pytest

from equipoise.adam.tumor import adrs as made
from support.mutants import plant

START = dt.date(2020, 1, 1)


def day(number):
    return None if number is None else START + dt.timedelta(number)


def readings(*rows):
    """ANL01FL and ANL02FL of a subject's (day, reading), in the order given."""
    n = len(rows)
    overall = pl.DataFrame(
        {
            "USUBJID": ["A"] * n,
            "READER": ["INVESTIGATOR"] * n,
            "VISITNUM": [float(k) for k in range(n)],
            "VISIT": [f"V{k}" for k in range(n)],
            "ADT": [day(d) for d, _ in rows],
            "ADTF": [None] * n,
            "OVRLRESP": [word for _, word in rows],
            "SRCDOM": ["RS"] * n,
            "SRCVAR": ["RSSTRESC"] * n,
            "SRCSEQ": list(range(1, n + 1)),
        },
        schema_overrides={"ADT": pl.Date, "ADTF": pl.String, "SRCSEQ": pl.Int64},
    )
    texts = ("USUBJID", "TUEVAL", "TUSTRESC")
    tu = pl.DataFrame(schema={**dict.fromkeys(texts, pl.String), "TUSEQ": pl.Int64,
                              "VISITNUM": pl.Float64})  # fmt: skip
    adsl = pl.DataFrame(
        {"USUBJID": ["A"], "STARTDT": [START], "DTHDT": [None], "NEWTRTDT": [day(60)]},
        schema_overrides={"DTHDT": pl.Date},
    )
    found = made.adrs(overall, tu, adsl).filter(pl.col("PARAMCD") == "OVR").sort("SRCSEQ")
    return list(zip(*(found[c].to_list() for c in ("ANL01FL", "ANL02FL")), strict=True))


ROWS = (
    (-10, "PD"), (40, "SD"), (40, "PR"), (40, "NON-CR/NON-PD"), (80, "SD"), (80, "PD"),
    (120, "PR"), (120, "PD"), (None, "SD"),
)  # fmt: skip
FLAGS = [
    (None, "Y"), (None, "Y"), (None, "Y"), ("Y", "Y"), (None, "Y"), ("Y", "Y"),
    (None, None), ("Y", None), (None, None),
]  # fmt: skip


def test_readings_up_to_the_first_progression():
    assert readings(*ROWS) == FLAGS


def test_without_progression_every_dated_reading():
    assert readings((40, "SD"), (40, "NE"), (200, "PR"), (None, "PR")) == [
        ("Y", "Y"), (None, "Y"), ("Y", "Y"), (None, None),
    ]  # fmt: skip


def test_flag_on_readings_that_count_alone_is_caught(monkeypatch):
    plant(monkeypatch, made._flagged, "pl.when(upto)", 'pl.when(upto & (pl.col("ANL01FL") == "Y"))')
    with pytest.raises(AssertionError):
        test_readings_up_to_the_first_progression()
