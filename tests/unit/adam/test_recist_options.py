"""Every judgement point of RECIST is the protocol's, and reaches the derivation."""

from __future__ import annotations

from dataclasses import fields

import polars as pl
import pytest

from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.adam.recist.from_rs import overall_from_rs
from equipoise.adam.recist.irecist import by_irecist
from equipoise.adam.recist.options import RecistOptions
from equipoise.adam.tumor.readings import readers_of, recist_options
from equipoise.errors import InputError
from equipoise.protocol.model import Endpoint
from equipoise.protocol.model import RecistOptions as Plan
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import SDTM
from support import onco

OTHER = {
    "version": "iRECIST",
    "adjudicator": "READER 3",
    "undecided": "worst",
    "impute": "last",
    "reappearance": "PD",
    "backdate equivocal": "no",
    "progression date": "last",
    "response date": "first",
    "confirm": "yes",
    "confirm after": "8 weeks",
    "confirm within": "12 weeks",
    "ne between": 2,
    "sd between": 1,
    "keep pr": "yes",
    "cr then pr": "PR",
    "minimum sd": "7 weeks",
    "pr then sd needs minimum": "yes",
    "same day": "best",
    "after new therapy": "use",
    "missing": "NE",
    "confirm progression": "6 weeks",
}


def test_every_judgement_point_can_be_said_in_the_protocol() -> None:
    plain = recist_options(Plan())
    other = recist_options(Plan.model_validate(OTHER))
    same = [
        f.name for f in fields(RecistOptions) if getattr(plain, f.name) == getattr(other, f.name)
    ]
    assert same == []


@pytest.mark.parametrize("option", sorted(OTHER))
def test_every_option_of_the_protocol_reaches_the_derivation(option: str) -> None:
    assert recist_options(Plan.model_validate({option: OTHER[option]})) != recist_options(Plan())


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
    protocol = onco.protocol().model_copy(update={"endpoints": made})
    assert recist_options(readers_of(protocol)["central"]).confirmation_days == 56


def derived(**options: object) -> ADaM:
    """The example study with these options of its investigator's readings."""
    protocol = onco.protocol()
    endpoints = {}
    for key, endpoint in protocol.endpoints.items():
        if endpoint.recist is not None:
            recist = Plan.model_validate({"reader": "investigator", **options})
            endpoint = endpoint.model_copy(update={"recist": recist})
        endpoints[key] = endpoint
    changed = protocol.model_copy(update={"endpoints": endpoints})
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
        asked = Plan.model_validate({"reader": "central"})
        pfs = onco.protocol().endpoints["PFS"].model_copy(update={"recist": asked})
        estimand = onco.protocol().estimands["PFS"]
        protocol = onco.protocol().model_copy(
            update={"endpoints": {"PFS": pfs}, "estimands": {"PFS": estimand}}
        )
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
