"""The adverse events module of ClinicalTrials.gov: deaths, serious and other events by term."""

from __future__ import annotations

from typing import Any

import polars as pl

from equipoise.adam.subjects.populations import safety_members
from equipoise.analysis.incidence import has_died
from equipoise.analysis.results import Results
from equipoise.reporting.labels import term_label
from equipoise.reporting.numbers import Numbers


def adverse_events(results: Results, numbers: Numbers) -> dict[str, Any]:
    """Patients and events of every term, none left out for being rare."""
    data = results.data
    who = safety_members(data.table("ADSL"), data.protocol)
    sizes = {arm: who.filter(pl.col("ARMKEY") == arm).height for arm in data.protocol.arms}
    events = _events(results, who)
    serious = events.filter(pl.col("SERIOUS"))
    other = events.filter(~pl.col("SERIOUS"))
    died = who.filter(has_died(who.columns))
    groups = []
    for i, (arm, label) in enumerate((a, b.label) for a, b in data.protocol.arms.items()):
        groups.append(
            {
                "id": f"EG{i:03d}", "title": label,
                "deathsNumAffected": died.filter(pl.col("ARMKEY") == arm).height,
                "deathsNumAtRisk": sizes[arm],
                "seriousNumAffected": _people(serious, arm), "seriousNumAtRisk": sizes[arm],
                "otherNumAffected": _people(other, arm), "otherNumAtRisk": sizes[arm],
            }
        )  # fmt: skip
    until = data.protocol.safety.emergent_until
    frame = "from the first dose" + (f" to {until} after the last" if until else "")
    return {
        "frequencyThreshold": "0",
        "timeFrame": frame,
        "eventGroups": groups,
        "seriousEvents": _terms(serious, sizes),
        "otherEvents": _terms(other, sizes),
    }


def _events(results: Results, who: pl.DataFrame) -> pl.DataFrame:
    """Treatment-emergent events with SERIOUS, in the arms of the safety population."""
    data = results.data
    schema = {
        "AEBODSYS": pl.String, "AEDECOD": pl.String, "USUBJID": pl.String, "ARMKEY": pl.String,
        "SERIOUS": pl.Boolean,
    }  # fmt: skip
    if "ADAE" not in data.tables:
        return pl.DataFrame(schema=schema)
    ae = data.table("ADAE").filter(pl.col("TRTEMFL") == "Y")
    told = pl.col("AESER") == "Y" if "AESER" in ae.columns else pl.lit(False)
    joined = ae.join(who.select("USUBJID", "ARMKEY"), on="USUBJID", how="inner")
    return joined.with_columns(SERIOUS=told.fill_null(False)).select(list(schema))


def _people(events: pl.DataFrame, arm: str) -> int:
    return events.filter(pl.col("ARMKEY") == arm)["USUBJID"].n_unique()


def _terms(events: pl.DataFrame, sizes: dict[str, int]) -> list[dict[str, Any]]:
    found = []
    for (system, term), own in events.sort("AEBODSYS", "AEDECOD").group_by(
        "AEBODSYS", "AEDECOD", maintain_order=True
    ):
        stats = [
            {
                "groupId": f"EG{i:03d}",
                "numEvents": own.filter(pl.col("ARMKEY") == arm).height,
                "numAffected": _people(own, arm),
                "numAtRisk": n,
            }
            for i, (arm, n) in enumerate(sizes.items())
        ]
        found.append(
            {
                "term": term_label(str(term)), "organSystem": term_label(str(system)),
                "assessmentType": "NON_SYSTEMATIC_ASSESSMENT", "stats": stats,
            }
        )  # fmt: skip
    return found
