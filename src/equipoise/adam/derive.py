"""`derive`: from a snapshot of collected data to the analysis datasets."""

from __future__ import annotations

from typing import Literal

import polars as pl

from equipoise.adam.adqs import adqs
from equipoise.adam.adsrc import NO_SOURCES, adsrc
from equipoise.adam.dates.sources import Context
from equipoise.adam.events.adae import adae
from equipoise.adam.events.findings import findings
from equipoise.adam.events.occurrences import occurrences
from equipoise.adam.exposure.adex_dataset import administered
from equipoise.adam.labs.adlb import AdlbOptions, adlb
from equipoise.adam.labs.results import Units, unit_findings
from equipoise.adam.model import ADaM
from equipoise.adam.reconcile.conditions import unmatched
from equipoise.adam.subjects.adsl import adsl
from equipoise.adam.subjects.alive import unheard
from equipoise.adam.subjects.populations import with_populations
from equipoise.adam.time.adtte import adtte
from equipoise.adam.time.undecided import doubts
from equipoise.adam.tumor.readings import evaluable, tumor_datasets
from equipoise.errors import Finding, InputError, expect
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM, Snapshot

OCCURRENCES: tuple[Literal["MH", "CM"], ...] = ("MH", "CM")
FINDINGS: tuple[Literal["VS", "EG"], ...] = ("VS", "EG")


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

    Returns  ADaM: ADSL, ADTTE and ADSRC; ADAE, ADRS, ADTR, ADLB, ADEX, ADQS, ADMH, ADCM, ADVS and
             ADEG where their domains were collected
    Raises   InputError if the protocol reads what the data do not have.
    """
    expect(snapshot, Snapshot)
    protocol = governing(snapshot, protocol)
    context = Context(snapshot, protocol)
    behind = _subjects(context)
    told = _laboratory(context)
    read = _tumors(context)
    told += (*unheard(snapshot, context.tables["ADSL"], protocol), *_others(context))
    context.tables["ADSL"] = with_populations(context.tables["ADSL"], protocol)
    times = adtte(context)
    if times.table.height:
        context.tables["ADTTE"] = times.table
    context.tables["ADSRC"] = adsrc([behind, read, times.sources])
    told = (*snapshot.findings, *told, *doubts(context), *unmatched(context))
    return ADaM(context.tables, snapshot, protocol, told)


def derive_times(snapshot: Snapshot) -> ADaM:
    """ADSL and ADTTE alone, of a trial under way or of some of its subjects.

    Nobody is put into an analysis population, for one may rest on what nobody has yet.
    Raises   InputError if an endpoint reads what the data do not have.
    Checked  tests/unit/service/test_events.py (ADTTE is that of `derive`).
    """
    context = Context(snapshot, governing(snapshot, None))
    _subjects(context)
    _laboratory(context)
    _tumors(context)
    _others(context)
    found = {"ADSL": context.tables["ADSL"], "ADTTE": adtte(context).table}
    return ADaM(found, snapshot, context.protocol)


def _subjects(context: Context) -> pl.DataFrame:
    """ADSL, and ADAE where events were collected; the records behind ADSL."""
    snapshot, protocol = context.snapshot, context.protocol
    context.tables["ADSL"], behind = adsl(snapshot, protocol)
    if "AE" in snapshot.tables:
        context.tables["ADAE"] = adae(snapshot, context.tables["ADSL"], protocol)
    return behind


def _laboratory(context: Context) -> tuple[Finding, ...]:
    """ADLB where laboratory values were collected and the protocol says how to grade them."""
    safety = context.protocol.safety
    if "LB" not in context.snapshot.tables or safety.ctcae is None:
        return ()
    lb, units = context.snapshot.tables["LB"], Units(safety.units, safety.unit_of)
    days = safety.emergent_until.whole_days if safety.emergent_until else None
    options = AdlbOptions(units=units, on_treatment_days=days)
    context.tables["ADLB"] = adlb(lb, context.tables["ADSL"], version=safety.ctcae, options=options)
    return unit_findings(lb, version=safety.ctcae, units=units)


def _others(context: Context) -> tuple[Finding, ...]:
    """ADMH, ADCM, ADVS, ADEG, ADQS and ADEX where their domains were collected."""
    people, protocol = context.tables["ADSL"], context.protocol
    for kind in OCCURRENCES:
        if kind in context.snapshot.tables:
            context.tables[f"AD{kind}"] = occurrences(
                context.snapshot.tables[kind],
                people,
                domain=kind,
                impute=protocol.safety.impute,
                rules=protocol.dates,
                cutoff=context.snapshot.date,
            )
    for name in FINDINGS:
        if name in context.snapshot.tables:
            rows = context.snapshot.tables[name]
            context.tables[f"AD{name}"] = findings(rows, people, domain=name)
    found: tuple[Finding, ...] = ()
    if "QS" in context.snapshot.tables:
        plans = context.protocol.questionnaires
        table, found = adqs(context.snapshot.tables["QS"], people, plans=plans)
        context.tables["ADQS"] = table
    if "EX" in context.snapshot.tables:
        given, told = administered(context)
        if given.height:
            context.tables["ADEX"] = given
        found += told
    return found


def _tumors(context: Context) -> pl.DataFrame:
    """ADRS and ADTR where readings were collected, and who could be evaluated, by which rows."""
    if not (context.has("TR") or context.has("RS")):
        return NO_SOURCES
    context.tables |= tumor_datasets(context)
    seen = evaluable(context.tables["ADRS"])
    people = context.tables["ADSL"]
    people = people.join(seen.table, on="USUBJID", how="left", maintain_order="left")
    context.tables["ADSL"] = people.with_columns(pl.col("BORFL").fill_null("N"))
    return seen.sources
