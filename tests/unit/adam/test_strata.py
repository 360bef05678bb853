"""Strata as randomized and as corrected: both are kept, and the estimand says which stratifies."""

from __future__ import annotations

import polars as pl
import pytest

from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.adam.queries.model import Material
from equipoise.adam.queries.records import wrong_stratum
from equipoise.analysis.samples.of_estimand import whole_sample
from equipoise.protocol import Protocol
from equipoise.reporting.recompute.times import _strata
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import SDTM
from support.street import day, person, protocol, randomized, sdtm

WHO = ("S-1", "S-2", "S-3", "S-4")
FACTORS = {
    "SITE2": {"variable": "SITE2", "levels": ["ileum", "colon"]},
    "UPTAKE": {"variable": "UPTAKE", "randomized": "IVRSUPT", "levels": ["low", "high"]},
}


def planned(how: str | None = None) -> Protocol:
    said = {"stratified": how} if how else {}
    method = {"test": "stratified log-rank", "estimator": ["stratified Cox"]}
    estimands = {"OS": {"endpoint": "OS", "population": "ITT", "role": "primary", **method, **said}}
    allocation = {"strata": FACTORS}
    return protocol(allocation=allocation, estimands=estimands)


def data(rules: Protocol) -> ADaM:
    """S-2 was randomized as colon and found to be ileum, S-3 as low and found to be high."""
    known = {
        "SITE2": ("ileum", "ileum", "colon", "colon"),
        "UPTAKE": ("low", "low", "high", "high"),
    }
    used = {"STRAT1R": {"S-2": "colon"}, "IVRSUPT": {"S-3": "low", "S-4": "high"}}
    rows = [(who, name, v[k]) for name, v in known.items() for k, who in enumerate(WHO)]
    rows += [(who, name, v) for name, found in used.items() for who, v in found.items()]
    supplement = [{"USUBJID": w, "RDOMAIN": "DM", "QNAM": n, "QVAL": v} for w, n, v in rows]
    people = [person(w, "N" if k % 2 else "O") for k, w in enumerate(WHO)]
    tables = {"DM": people, "DS": [randomized(w) for w in WHO], "SUPPDM": supplement}
    visits = [{"USUBJID": w, "VISITNUM": 1.0, "SVSTDTC": day(30 + k)} for k, w in enumerate(WHO)]
    return derive(cut(sdtm(rules, **tables, SV=visits), date=None, look=""))


def test_adsl_holds_both() -> None:
    adsl = data(planned()).table("ADSL").sort("USUBJID")
    assert adsl["STRAT1R"].to_list() == ["ileum", "colon", "colon", "colon"]
    assert adsl["STRAT1V"].to_list() == ["ileum", "ileum", "colon", "colon"]
    assert adsl["STRAT2R"].to_list() == ["low", "low", "low", "high"]
    assert adsl["STRAT2V"].to_list() == ["low", "low", "high", "high"]
    assert adsl["STRATAR"].to_list() == ["ileum, low", "colon, low", "colon, low", "colon, high"]
    assert adsl["STRATAV"].to_list() == ["ileum, low", "ileum, low", "colon, high", "colon, high"]


@pytest.mark.parametrize(
    ("how", "variable"),
    [(None, "STRATAR"), ("as randomized", "STRATAR"), ("as corrected", "STRATAV")],
)
def test_the_estimand_says_which_stratifies(how: str | None, variable: str) -> None:
    found = data(planned(how))
    sample = whole_sample(found, "OS")
    strata = [sample.strata[k] for k in sample.stratum]
    expected = sample.frame.join(found.table("ADSL").select("USUBJID", X=variable), on="USUBJID")
    assert strata == expected["X"].to_list()
    assert len(set(strata)) == (3 if variable == "STRATAR" else 2)


@pytest.mark.parametrize(("how", "end"), [("as randomized", "R"), ("as corrected", "V")])
def test_the_recomputation_takes_the_same(how: str, end: str) -> None:
    rules = planned(how)
    people = data(rules).table("ADSL")
    assert _strata(people, rules, rules.estimands["OS"]) == [f"STRAT1{end}", f"STRAT2{end}"]


def test_what_was_collected_only_as_randomized_is_both() -> None:
    found = data(planned())
    snapshot = found.snapshot
    supplement = snapshot.tables["SUPPDM"].filter(pl.col("QNAM") != "UPTAKE")
    tables = {**snapshot.tables, "SUPPDM": supplement}
    again = derive(
        cut(SDTM(tables, dict.fromkeys(tables, ""), protocol=planned()), date=None, look="")
    ).table("ADSL")
    assert again.sort("USUBJID")["STRAT2V"].to_list() == [None, None, "low", "high"]


def test_levels_that_are_numbers_stay_as_they_are_written() -> None:
    """A qualifier of which every value is a number becomes a number; its level does not."""
    rules = protocol(allocation={"strata": {"ECOG": ["0", "1"]}})
    rows = [("S-1", "ECOG", "0"), ("S-2", "ECOG", "1"), ("S-1", "STRAT1R", "1")]
    supplement = [{"USUBJID": w, "RDOMAIN": "DM", "QNAM": n, "QVAL": v} for w, n, v in rows]
    people = [person("S-1"), person("S-2", "O")]
    dates = [randomized("S-1"), randomized("S-2")]
    found = derive(cut(sdtm(rules, DM=people, DS=dates, SUPPDM=supplement), date=None, look=""))
    adsl = found.table("ADSL").sort("USUBJID")
    assert adsl.select("STRAT1R", "STRAT1V").rows() == [("1", "0"), ("1", "1")]
    assert adsl["ECOG"].to_list() == [0.0, 1.0]
    assert list(whole_sample(found, "OS").strata) == ["1"]
    asked = wrong_stratum(Material(sdtm(rules, DM=people, DS=dates, SUPPDM=supplement), rules))
    told = asked["FOUND"].to_list()
    assert told == ["ECOG: randomized as 1, found to be 0"]
