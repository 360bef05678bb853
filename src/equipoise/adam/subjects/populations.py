"""Who is in which analysis population: flags on ADSL."""

from __future__ import annotations

import polars as pl

from equipoise.adam.conditions import holds
from equipoise.protocol import Protocol
from equipoise.protocol.model import AnalysisPopulation

_SHORT = {"all": "USUBJID is present", "randomized": 'RANDFL = "Y"', "treated": "TRTSDT is present"}


def flag_name(key: str, protocol: Protocol) -> str:
    """The ADSL variable that says who is in a population."""
    return protocol.populations[key].variable(key)


def condition_of(population: AnalysisPopulation) -> str:
    """Who is in a population, as a condition over ADSL."""
    return _SHORT.get(population.who, population.who)


def with_populations(adsl: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """ADSL with one Y/N flag per population of the protocol."""
    flags = []
    for key, population in protocol.populations.items():
        inside = holds(condition_of(population), adsl.schema, dataset="ADSL")
        flags.append(
            pl.when(inside).then(pl.lit("Y")).otherwise(pl.lit("N")).alias(flag_name(key, protocol))
        )
    return adsl.with_columns(flags)


def members(adsl: pl.DataFrame, key: str, protocol: Protocol) -> pl.DataFrame:
    """Rows of ADSL in a population, with `ARMKEY`, the arm under which each is analyzed."""
    population = protocol.populations[key]
    arm = "TRT01P" if population.arm == "as randomized" else "TRT01A"
    inside = adsl.filter(pl.col(flag_name(key, protocol)) == "Y")
    return inside.with_columns(ARMKEY=pl.col(arm)).filter(pl.col("ARMKEY").is_not_null())


def safety_members(adsl: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """The safety population with `ARMKEY`; where the protocol has none, all who were treated."""
    name = protocol.safety.population
    if name in protocol.populations:
        return members(adsl, name, protocol)
    treated = adsl.filter(pl.col("TRTSDT").is_not_null()) if "TRTSDT" in adsl.columns else adsl
    return treated.with_columns(ARMKEY=pl.col("TRT01A")).filter(pl.col("ARMKEY").is_not_null())
