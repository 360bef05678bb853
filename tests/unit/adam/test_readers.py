from __future__ import annotations

import polars as pl
import pytest

from equipoise.adam.recist.overall import overall_response
from equipoise.adam.recist.readers import accepted_in_rs, central_reading
from equipoise.errors import InputError
from equipoise.protocol.model import RecistOptions
from support.pharma import data


def read(*rows: tuple[str, str, str | None, str]) -> pl.DataFrame:
    """Readings of one scan: READER, EVAL, ACPTFL, OVRLRESP."""
    names = ["READER", "EVAL", "ACPTFL", "OVRLRESP"]
    kinds = dict.fromkeys(names, pl.String)
    return pl.DataFrame(rows, schema=kinds, orient="row").with_columns(
        USUBJID=pl.lit("S1"), VISITNUM=pl.lit(2.0), REASON=pl.lit("as read")
    )


IRC = "INDEPENDENT ASSESSOR"


def test_the_accepted_reading_counts() -> None:
    both = read(("R1", IRC, None, "SD"), ("R2", IRC, "Y", "PD"))
    row = central_reading(both).to_dicts()[0]
    assert (row["OVRLRESP"], row["READ"], row["READER"], row["SETTLED"]) == (
        "PD",
        "R2",
        "CENTRAL",
        "Y",
    )


def test_the_adjudicator_decides_between_readers() -> None:
    three = read(("R1", IRC, None, "SD"), ("R2", IRC, None, "PD"), ("ADJUDICATOR", IRC, None, "PR"))
    assert central_reading(three)["OVRLRESP"].to_list() == ["PR"]


def test_readers_who_agree_need_nobody() -> None:
    both = read(("R1", IRC, None, "SD"), ("R2", IRC, None, "SD"))
    assert central_reading(both).select("OVRLRESP", "SETTLED").row(0) == ("SD", "Y")


def test_readers_who_differ_leave_it_open() -> None:
    both = read(("R1", IRC, None, "SD"), ("R2", IRC, None, "PD"))
    row = central_reading(both).to_dicts()[0]
    assert (row["OVRLRESP"], row["SETTLED"]) == ("NE", "N")
    assert row["REASON"] == "readers differ and nobody decided"


@pytest.mark.parametrize(
    ("undecided", "words", "counts"),
    [
        ("worst", ("SD", "PD"), "PD"),
        ("best", ("SD", "PD"), "SD"),
        ("worst", ("CR", "NE"), "CR"),
        ("best", ("SD", "NE"), "SD"),
    ],
)
def test_where_nobody_decided_the_protocol_does(
    undecided: str, words: tuple[str, str], counts: str
) -> None:
    """NE is nobody's reading, so it is neither the worst nor the best of two."""
    both = read(("R1", IRC, None, words[0]), ("R2", IRC, None, words[1]))
    row = central_reading(both, options=RecistOptions(undecided=undecided)).to_dicts()[0]
    assert (row["OVRLRESP"], row["SETTLED"]) == (counts, "N")
    assert row["REASON"] == "readers differ and nobody decided: as read"


def test_the_adjudicator_has_the_name_that_the_protocol_gives() -> None:
    three = read(("R1", IRC, None, "SD"), ("R2", IRC, None, "PD"), ("Dr. Third", IRC, None, "PR"))
    assert central_reading(three)["OVRLRESP"].to_list() == ["NE"]
    named = RecistOptions(adjudicator="dr. third")
    assert central_reading(three, options=named)["OVRLRESP"].to_list() == ["PR"]


def test_an_acceptance_recorded_with_the_response_counts() -> None:
    """R1 and R2 measured lesions; whose reading was accepted stands in RS only."""
    lesions = read(("R1", IRC, None, "SD"), ("R2", IRC, None, "PD"))
    recorded = read(("R1", IRC, None, "SD"), ("R2", IRC, "Y", "PD"))
    both = accepted_in_rs(lesions, recorded)
    assert central_reading(both).select("READ", "OVRLRESP").row(0) == ("R2", "PD")


def test_an_adjudicator_who_measured_nothing_is_read_from_rs() -> None:
    lesions = read(("R1", IRC, None, "SD"), ("R2", IRC, None, "PD"))
    recorded = read(
        ("R1", IRC, None, "SD"),
        ("ADJUDICATOR", IRC, None, "PR"),
        ("INVESTIGATOR", "INVESTIGATOR", None, "CR"),
    )
    both = accepted_in_rs(lesions, recorded)
    assert both["READER"].to_list() == ["R1", "R2", "ADJUDICATOR"]
    assert central_reading(both)["OVRLRESP"].to_list() == ["PR"]


def test_the_investigator_is_no_central_reader() -> None:
    both = read(("INVESTIGATOR", "INVESTIGATOR", None, "SD"), ("R1", IRC, None, "PD"))
    assert central_reading(both)["OVRLRESP"].to_list() == ["PD"]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="ACPTFL"):
        central_reading(read(("R1", IRC, None, "SD")).drop("ACPTFL"))


def test_the_recorded_central_responses() -> None:
    rs = data("pharmaversesdtm", "rs_onco_recist").filter(pl.col("RSACPTFL") == "Y")
    tu, tr = (data("pharmaversesdtm", f"{d}_onco_recist") for d in ("tu", "tr"))
    central = central_reading(overall_response(tu, tr))
    rows = rs.join(central, on=["USUBJID", "VISITNUM"], how="left")
    assert len(rows) == 22
    assert rows.filter(pl.col("RSSTRESC").ne_missing(pl.col("OVRLRESP"))).is_empty()
    assert (rows["RSEVALID"] == rows["READ"]).all()
