"""The displays that a protocol implies, in the order of ICH E3, and why one is not made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from equipoise.analysis.results import Results
from equipoise.reporting.model import Display
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.tables.attributes import estimand_table
from equipoise.reporting.tables.baseline import baseline_table
from equipoise.reporting.tables.disposition import disposition_table
from equipoise.reporting.tables.efficacy import efficacy_table
from equipoise.reporting.tables.exposure import exposure_table
from equipoise.reporting.tables.laboratory import shift_table, worst_grade_table
from equipoise.reporting.tables.listings import (
    deaths_listing,
    has_deaths,
    has_serious,
    serious_listing,
)
from equipoise.reporting.tables.overview import harms_overview_table
from equipoise.reporting.tables.provenance import (
    excluded_table,
    findings_table,
    published_table,
    sources_table,
)
from equipoise.reporting.tables.reconciliation import reconciliation_table
from equipoise.reporting.tables.safety import overview_table, terms_table
from equipoise.reporting.tables.subgroups import subgroup_table

Make = Callable[[Results, Numbers], Display]
Lacks = Callable[[Results], str]
NONE_BEFORE: Final[Mapping[str, Display]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """A display by its key, how it is made, and what it lacks in some data ("" if nothing)."""

    key: str
    number: str
    title: str
    make: Make
    lacks: Lacks


class NotMade(NamedTuple):
    """A display of the catalog that these data do not have."""

    key: str
    number: str
    title: str
    why: str


def _nothing(results: Results) -> str:
    return ""


def _baseline(results: Results) -> str:
    return (
        "" if results.data.protocol.report.baseline else "the protocol's report lists no baseline"
    )


def _safety(results: Results) -> str:
    found = results.select(analysis="safety").height
    return "" if found else "the data hold no adverse events"


def _subgroups(results: Results) -> str:
    protocol = results.data.protocol
    if not protocol.subgroups:
        return "the protocol names no subgroups"
    rows = results.rows.filter(results.rows["subgroup"] != "")
    return "" if rows.height else "no primary estimand has subgroups of its own"


def _published(results: Results) -> str:
    found = results.data.protocol.report.published
    return "" if found else "the protocol sets no published figures beside"


def _excluded(results: Results) -> str:
    return "" if results.data.snapshot.excluded.height else "the cut-off excluded nothing"


def _findings(results: Results) -> str:
    return "" if results.findings else "the checks found nothing to report"


def _sources(results: Results) -> str:
    return "" if results.data.protocol.sources else "the protocol cites no sources"


def _exposure(results: Results) -> str:
    return "" if results.select(analysis="exposure").height else "the data hold no doses"


def _overview(results: Results) -> str:
    found = results.select(analysis="harms").height
    return "" if found else "the data hold no adverse events"


def _laboratory(results: Results) -> str:
    found = results.select(analysis="laboratory").height
    return "" if found else "the data hold no laboratory value with a grade"


def _serious(results: Results) -> str:
    return "" if has_serious(results) else "the data hold no serious adverse event"


def _deaths(results: Results) -> str:
    return "" if has_deaths(results) else "the data hold no death"


def _of_results(make: Callable[[Results], Display]) -> Make:
    return lambda results, numbers: make(results)


_RECORDS = "Records that the data cut-off excluded or made unknown"
_RECONCILED = "Reconciliation of subjects, rows, conditions and analyses"
_GLANCE = "Adverse events at a glance"
_SERIOUS = "Listing of serious adverse events"
_TREATED = "Patients with treatment-emergent adverse events"

CATALOG = (
    CatalogEntry("estimands", "9.7.1", "Estimands", _of_results(estimand_table), _nothing),
    CatalogEntry("disposition", "14.1.1", "Disposition of patients", disposition_table, _nothing),
    CatalogEntry("baseline", "14.1.2", "Characteristics at baseline", baseline_table, _baseline),
    CatalogEntry("exposure", "14.1.3", "Exposure to treatment", exposure_table, _exposure),
    CatalogEntry("efficacy", "14.2.1", "End points", efficacy_table, _nothing),
    CatalogEntry("subgroups", "14.2.2", "Effect in subgroups", subgroup_table, _subgroups),
    CatalogEntry("harms-overview", "14.3.1.0", _GLANCE, harms_overview_table, _overview),
    CatalogEntry("safety", "14.3.1.1", _TREATED, overview_table, _safety),
    CatalogEntry("terms", "14.3.1.2", "Adverse events by class and term", terms_table, _safety),
    CatalogEntry("deaths", "14.3.2.1", "Deaths", _of_results(deaths_listing), _deaths),
    CatalogEntry("serious", "14.3.2.2", _SERIOUS, _of_results(serious_listing), _serious),
    CatalogEntry("lab-worst", "14.3.4.1", "Worst grades", worst_grade_table, _laboratory),
    CatalogEntry("lab-shift", "14.3.4.2", "Shifts of grades", shift_table, _laboratory),
    CatalogEntry(
        "published", "14.4.1", "Published figures and this run", published_table, _published
    ),
    CatalogEntry("excluded", "16.2.3", _RECORDS, _of_results(excluded_table), _excluded),
    CatalogEntry(
        "findings", "16.2.10", "Findings in the data", _of_results(findings_table), _findings
    ),
    CatalogEntry(
        "reconciliation", "16.2.11", _RECONCILED, _of_results(reconciliation_table), _nothing
    ),
    CatalogEntry(
        "sources", "16.1.12", "Sources of the protocol", _of_results(sources_table), _sources
    ),
)


def displays(
    results: Results, numbers: Numbers, *, before: Mapping[str, Display] = NONE_BEFORE
) -> tuple[dict[str, Display], list[NotMade]]:
    """Every display of the catalog by its key, and those that are not made, because ...

    before : those that were made before, of the same results in any style
    """
    made: dict[str, Display] = {}
    missing: list[NotMade] = []
    for entry in CATALOG:
        why = entry.lacks(results)
        if why:
            missing.append(NotMade(entry.key, entry.number, entry.title, why))
        else:
            made[entry.key] = before.get(entry.key) or entry.make(results, numbers)
    return made, missing
