"""`derive`: from a snapshot of collected data to the analysis datasets."""

from __future__ import annotations

import polars as pl

from equipoise.adam.adae import adae
from equipoise.adam.adsl import adsl
from equipoise.adam.adtte import adtte
from equipoise.adam.model import ADaM
from equipoise.adam.populations import with_populations
from equipoise.adam.sources import Context
from equipoise.adam.tumors import evaluable, measurements, responses
from equipoise.protocol import Protocol
from equipoise.sdtm.model import Snapshot


def derive(snapshot: Snapshot, protocol: Protocol) -> ADaM:
    """Derive every analysis dataset that the protocol needs and the data allow.

    Returns  ADaM: ADSL and ADTTE; ADAE, ADRS, ADTR, ADLB, ADEX where their domains were collected
    Raises   InputError if the protocol reads what the data do not have.
    """
    context = Context(snapshot, protocol)
    context.tables["ADSL"] = adsl(snapshot, protocol)
    if "AE" in snapshot.tables:
        context.tables["ADAE"] = adae(snapshot, context.tables["ADSL"], protocol)
    _tumors(context)
    context.tables["ADSL"] = with_populations(context.tables["ADSL"], protocol)
    table = adtte(context)
    if table.height:
        context.tables["ADTTE"] = table
    return ADaM(context.tables, snapshot, protocol, snapshot.findings)


def _tumors(context: Context) -> None:
    """ADRS and ADTR where readings were collected, and who could be evaluated."""
    if not (context.has("TR") or context.has("RS")):
        return
    context.tables["ADRS"] = responses(context)
    if context.has("TU") and context.has("TR"):
        context.tables["ADTR"] = measurements(context)
    seen = evaluable(context.tables["ADRS"])
    people = context.tables["ADSL"].join(seen, on="USUBJID", how="left", maintain_order="left")
    context.tables["ADSL"] = people.with_columns(pl.col("BORFL").fill_null("N"))
