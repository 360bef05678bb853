"""`derive`: from a snapshot of collected data to the analysis datasets."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from equipoise.adam.adae import adae
from equipoise.adam.adsl import adsl
from equipoise.adam.adtte import adtte
from equipoise.adam.model import ADaM
from equipoise.adam.populations import with_populations
from equipoise.adam.sources import Context
from equipoise.protocol import Protocol
from equipoise.sdtm.model import Snapshot


def derive(snapshot: Snapshot, protocol: Protocol) -> ADaM:
    """Derive every analysis dataset that the protocol needs and the data allow.

    Returns  ADaM: ADSL and ADTTE; ADAE, ADRS, ADTR, ADLB, ADEX where their domains were collected
    Raises   InputError if the protocol reads what the data do not have.
    """
    context = Context(snapshot, protocol)
    context.tables["ADSL"] = adsl(snapshot, protocol)
    for name, (domain, make) in _DATASETS.items():
        if domain in snapshot.tables:
            context.tables[name] = make(context)
    context.tables["ADSL"] = with_populations(context.tables["ADSL"], protocol)
    table = adtte(context)
    if table.height:
        context.tables["ADTTE"] = table
    return ADaM(context.tables, snapshot, protocol, snapshot.findings)


def _adae(context: Context) -> pl.DataFrame:
    return adae(context.snapshot, context.tables["ADSL"], context.protocol)


_DATASETS: dict[str, tuple[str, Callable[[Context], pl.DataFrame]]] = {"ADAE": ("AE", _adae)}
