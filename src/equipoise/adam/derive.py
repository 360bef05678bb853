"""`derive`: from a snapshot of collected data to the analysis datasets."""

from __future__ import annotations

import polars as pl

from equipoise.adam.adae import adae
from equipoise.adam.adlb import adlb
from equipoise.adam.adsl import adsl
from equipoise.adam.adtte import adtte
from equipoise.adam.model import ADaM
from equipoise.adam.populations import with_populations
from equipoise.adam.sources import Context
from equipoise.adam.tumors import evaluable, measurements, responses
from equipoise.errors import InputError
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM, Snapshot


def governing(data: SDTM | Snapshot, protocol: Protocol | None) -> Protocol:
    """The protocol that is given, or else the one that the data carry.

    Raises   InputError if there is neither.
    """
    found = protocol or data.protocol
    if found is None:
        raise InputError("these data do not know their protocol; give it as `protocol`")
    return found


def derive(snapshot: Snapshot, *, protocol: Protocol | None = None) -> ADaM:
    """Derive every analysis dataset that the protocol needs and the data allow.

    protocol : the rules, if `snapshot` does not carry them

    Returns  ADaM: ADSL and ADTTE; ADAE, ADRS, ADTR, ADLB, ADEX where their domains were collected
    Raises   InputError if the protocol reads what the data do not have.
    """
    protocol = governing(snapshot, protocol)
    context = Context(snapshot, protocol)
    context.tables["ADSL"] = adsl(snapshot, protocol)
    if "AE" in snapshot.tables:
        context.tables["ADAE"] = adae(snapshot, context.tables["ADSL"], protocol)
    if "LB" in snapshot.tables and protocol.safety.ctcae is not None:
        version = protocol.safety.ctcae
        lab = adlb(snapshot.tables["LB"], context.tables["ADSL"], version=version)
        context.tables["ADLB"] = lab
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
