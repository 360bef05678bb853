"""Every judgement point of RECIST is the protocol's, and reaches the derivation."""

from __future__ import annotations

import ast
from pathlib import Path

import polars as pl
import pytest

from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.adam.recist.from_rs import overall_from_rs
from equipoise.adam.recist.irecist import by_irecist
from equipoise.adam.tumor.readings import readers_of
from equipoise.errors import InputError
from equipoise.protocol.model import Endpoint, RecistOptions, altered
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import SDTM
from support import onco

SRC = Path(__file__).parents[3] / "src" / "equipoise"


def read_in(place: str) -> set[str]:
    """The attributes that a file, or the files of a folder, read."""
    files = [SRC / place] if place.endswith(".py") else (SRC / place).rglob("*.py")
    trees = [ast.parse(file.read_text("utf-8")) for file in files]
    return {n.attr for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Attribute)}


def test_every_judgement_point_of_the_protocol_is_read_by_the_derivation() -> None:
    said = set(RecistOptions.model_fields)
    days = {"confirm_after", "confirm_within", "minimum_sd", "benefit", "confirm_progression"}
    counted = {n for n, v in vars(RecistOptions).items() if isinstance(v, property)}
    read = read_in("adam/recist") | read_in("adam/tumor")
    assert said - days <= read
    assert len(counted) == len(days)
    assert counted <= read
    assert days <= read_in("protocol/model/endpoints.py")


def test_what_is_not_said_is_recist_s_own() -> None:
    """RECIST 1.1, 4.6: no confirmation in a randomized trial; 4.6.1: 4 weeks; 4.6.2: 6 weeks."""
    plain = RecistOptions()
    assert not plain.confirm
    assert (plain.confirmation_days, plain.confirmation_limit) == (28, None)
    assert (plain.minimum_sd_days, plain.benefit_days, plain.progression_days) == (42, 42, 28)
    said = {"minimum sd": "7 weeks", "confirm after": "0 days", "confirm within": "12 weeks"}
    other = RecistOptions.model_validate({"confirm progression": "6 weeks", **said})
    assert (other.confirmation_days, other.confirmation_limit) == (0, 84)
    assert (other.minimum_sd_days, other.benefit_days, other.progression_days) == (49, 49, 42)


def test_the_endpoint_that_confirms_says_how() -> None:
    """Progression by the same reader does not hide how responses are confirmed."""
    asked = {
        "PFS": {"recist": {"reader": "central"}},
        "ORR": {"recist": {"reader": "central", "confirm": "yes", "confirm after": "8 weeks"}},
    }
    made = {
        k: Endpoint.model_validate({"label": k, "type": "proportion", **v})
        for k, v in asked.items()
    }
    protocol = altered(onco.protocol(), endpoints=made)
    assert readers_of(protocol)["central"].confirmation_days == 56


def derived(**options: object) -> ADaM:
    """The example study with these options of its investigator's readings."""
    protocol = onco.protocol()
    endpoints = {}
    for key, endpoint in protocol.endpoints.items():
        if endpoint.recist is not None:
            recist = RecistOptions.model_validate({"reader": "investigator", **options})
            endpoint = endpoint.model_copy(update={"recist": recist})
        endpoints[key] = endpoint
    changed = altered(protocol, endpoints=endpoints)
    return derive(cut(onco.collected(), date=None, look="PFS final"), protocol=changed)


def progressed(data: ADaM) -> dict[str, int]:
    rows = data.table("ADTTE").filter((pl.col("PARAMCD") == "PFS") & (pl.col("CNSR") == 0))
    rows = rows.filter(pl.col("SRCDOM") == "ADRS").join(
        data.table("ADRS").filter(PARAMCD="PD", AVALC="Y").select("USUBJID"), on="USUBJID"
    )
    return dict(rows.select("USUBJID", "AVAL").iter_rows())


def test_irecist_reaches_the_time_to_progression() -> None:
    """01-701-1028 has PD at week 6 and SD at week 9: pseudoprogression, so no event by iRECIST."""
    plain, immune = derived(), derived(version="iRECIST")
    assert progressed(plain)["01-701-1028"] == 43
    assert "01-701-1028" not in progressed(immune)
    said = immune.table("ADRS").filter(pl.col("USUBJID") == "01-701-1028")
    words = said.filter(PARAMCD="IOVR").sort("ADT")["AVALC"].to_list()
    assert words == ["iSD", "iUPD", "iSD"]
    assert said.filter(PARAMCD="OVR").sort("ADT")["AVALC"].to_list() == ["SD", "NE", "SD"]
    assert "taken back" in said.filter(PARAMCD="OVR").sort("ADT")["REASON"][1]
    assert set(said.drop_nulls("PARCAT3")["PARCAT3"]) == {"iRECIST"}
    assert plain.table("ADRS").filter(PARAMCD="IOVR").is_empty()


def test_acceptance_in_rs_alone_gives_the_same_central_reading() -> None:
    """Of each scan of the example one radiologist is accepted, in TR and in RS alike."""
    tables = dict(onco.collected().tables)
    for domain in ("TU", "TR"):
        tables[domain] = tables[domain].drop(f"{domain}ACPTFL")
    larger = pl.when(TREVALID="RADIOLOGIST 1", TRTESTCD="LDIAM").then(100.0).otherwise("TRSTRESN")
    tables["TR"] = tables["TR"].with_columns(TRSTRESN=larger)

    def central(tables: dict[str, pl.DataFrame]) -> list[tuple[str, str]]:
        asked = RecistOptions.model_validate({"reader": "central"})
        pfs = onco.protocol().endpoints["PFS"].model_copy(update={"recist": asked})
        estimand = onco.protocol().estimands["PFS"]
        protocol = altered(onco.protocol(), endpoints={"PFS": pfs}, estimands={"PFS": estimand})
        data = derive(cut(SDTM(tables, {}), date=None, look="PFS final"), protocol=protocol)
        rows = data.table("ADRS").filter(PARAMCD="OVR").sort("USUBJID", "ADT")
        return rows.select("AVALC", "REASON").rows()

    unread = dict(tables)
    unread["RS"] = unread["RS"].with_columns(RSACPTFL=pl.lit(None, pl.String))
    assert "readers differ and nobody decided" in {reason for _, reason in central(unread)}
    assert "readers differ and nobody decided" not in {reason for _, reason in central(tables)}


def test_the_benefit_of_stable_disease_is_the_protocol_s() -> None:
    def benefit(**options: object) -> int:
        rows = derived(**options).table("ADRS").filter(PARAMCD="CB", AVALC="Y")
        return rows.filter(~pl.col("OVRLRESP").is_in(["CR", "PR"])).height

    assert benefit(benefit="0 days") > benefit(benefit="26 weeks")


def test_a_confirmed_response_that_proves_benefit_keeps_what_confirms_it() -> None:
    rows = derived().table("ADRS").filter(AVALC="Y")
    at = ["USUBJID", "PARCAT1", "ADT"]
    proved = rows.filter(PARAMCD="CRSP").select(*at, "CONFDT", "CONFSEQ")
    benefit = rows.filter(PARAMCD="CCB").join(proved, on=at, suffix=" of the response")
    assert benefit.height
    assert benefit["CONFDT"].null_count() == 0
    for name in ("CONFDT", "CONFSEQ"):
        assert benefit[name].to_list() == benefit[f"{name} of the response"].to_list()


def recorded(*words: str) -> pl.DataFrame:
    return pl.DataFrame(
        [
            ("S1", float(n), "OVRLRESP", word, f"2020-{n:02}-01", n, "iRECIST")
            for n, word in enumerate(words, start=2)
        ],
        schema=["USUBJID", "VISITNUM", "RSTESTCD", "RSSTRESC", "RSDTC", "RSSEQ", "RSCAT"],
        orient="row",
    )


IMMUNE = RecistOptions(version="iRECIST")


@pytest.mark.parametrize(
    ("words", "counted"),
    [
        (("iSD", "iUPD", "iPR"), ["SD", "NE", "PR"]),  # taken back
        (("iSD", "iUPD", "NE"), ["SD", "PD", "NE"]),  # never taken back
        (("iSD", "iUPD", "iCPD"), ["SD", "PD", "PD"]),  # dated by the first
        (("iUPD", "iCPD", "iSD"), ["PD", "PD", "SD"]),  # confirmed before it got better
    ],
)
def test_responses_recorded_by_irecist(words: tuple[str, ...], counted: list[str]) -> None:
    rows = by_irecist(overall_from_rs(recorded(*words), options=IMMUNE))
    assert rows["OVRLRESP"].to_list() == counted
    assert rows["IRESP"].to_list() == list(words)


def test_of_two_categories_in_rs_the_protocol_s_is_read() -> None:
    plain = recorded("PD", "PR").with_columns(RSCAT=pl.lit("RECIST 1.1"), RSSEQ=pl.Series([9, 10]))
    both = pl.concat([recorded("iUPD", "iPR"), plain])
    assert overall_from_rs(both)["OVRLRESP"].to_list() == ["PD", "PR"]
    assert overall_from_rs(both)["SRCSEQ"].to_list() == [9, 10]
    assert by_irecist(overall_from_rs(both, options=IMMUNE))["OVRLRESP"].to_list() == ["NE", "PR"]


def test_plain_responses_cannot_be_read_by_irecist() -> None:
    plain = recorded("PD", "PR").with_columns(RSCAT=pl.lit("RECIST 1.1"))
    with pytest.raises(InputError, match="no lesions"):
        by_irecist(overall_from_rs(plain, options=IMMUNE))
