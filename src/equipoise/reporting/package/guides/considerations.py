"""Section 3 of the guide to analysis data: what several datasets have in common."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.analysis.results import Results
from equipoise.protocol.model import Visit
from equipoise.reporting.documents.paper.model import Block
from equipoise.reporting.package.guides.parts import GuideSection, none, says, table

_TREATMENT = ("TRT01P", "TRT01A")
_IMPUTED = "DTF"  # how a variable ends that says which part of a date was imputed


def considerations(results: Results) -> list[GuideSection]:
    """Comparison with SDTM, core and treatment variables, special subjects, windows, imputation."""
    return [
        ("considerations", "Analysis Considerations Related to Multiple Analysis Datasets", 1, ()),
        ("comparison", "Comparison of SDTM and ADaM Content", 2, [*_comparison(results)]),
        ("core", "Core Variables", 2, [_core(results)]),
        ("treatment", "Treatment Variables", 2, [*_treatment(results)]),
        ("special", "Subject Issues that Require Special Analysis Rules", 2, [*_special(results)]),
        ("windows", "Use of Visit Windowing, Unscheduled Visits, and Record Selection", 2,
         [*_windows(results)]),
        ("imputation", "Imputation/Derivation Methods", 2, [*_imputation(results)]),
    ]  # fmt: skip


def _comparison(results: Results) -> Iterator[Block]:
    data = results.data
    screened, analyzed = data.snapshot.tables["DM"].height, data.tables["ADSL"].height
    yield says("Every analysis dataset is derived from the tabulation datasets of the same look.")
    yield says(f"DM has {screened} subjects and ADSL {analyzed}: {screened - analyzed} without a "
               "place in the analysis, as those who failed screening.")  # fmt: skip
    unused = sorted(
        name for name in data.snapshot.tables
        if f"AD{name}" not in data.tables and not name.startswith(("SUPP", "T"))
    )  # fmt: skip
    yield says(f"Domains without an analysis dataset of their own: {', '.join(unused) or 'none'}.")


def _core(results: Results) -> Block:
    tables = results.data.tables
    others = [set(own.columns) for name, own in tables.items() if name != "ADSL"]
    shared = [c for c in tables["ADSL"].columns if all(c in columns for columns in others)]
    if not others or not shared:
        return none("no variable of ADSL is in every dataset")
    return says(f"Variables of ADSL that every dataset has: {', '.join(shared)}.")


def _treatment(results: Results) -> Iterator[Block]:
    subjects = results.data.tables["ADSL"]
    there = [name for name in _TREATMENT if name in subjects.columns]
    rows = [
        (f"{name} {arm}", (str(count),))
        for name in there
        for arm, count in subjects[name].drop_nulls().value_counts().sort(name).rows()
    ]
    yield (
        table("treatments", "Subjects by treatment", ("Subjects",), rows)
        if rows
        else none("ADSL has no variable of treatment")
    )
    if len(there) == len(_TREATMENT):
        other = subjects.filter(pl.col("TRT01P") != pl.col("TRT01A")).height
        yield says(f"Planned and actual treatment differ in {other} subjects.")


def _special(results: Results) -> Iterator[Block]:
    subjects = results.data.tables["ADSL"]
    if "TRTSDT" in subjects.columns:
        never = subjects.filter(pl.col("TRTSDT").is_null()).height
        yield says(f"{never} subjects of ADSL were never treated.")
    rows = [
        (key, (one.name, one.strategy))
        for key, estimand in results.data.protocol.estimands.items()
        for one in estimand.intercurrent_events
    ]
    yield (
        table("intercurrent", "Intercurrent events", ("Event", "Strategy"), rows)
        if rows
        else (none("the protocol names no intercurrent event"))
    )


def _windows(results: Results) -> Iterator[Block]:
    protocol, data = results.data.protocol, results.data
    rows = [
        (visit.label or key, (_when(visit), str(visit.window or "none"), ", ".join(visit.do)))
        for key, visit in protocol.visits.items()
    ]
    heads = ("Planned", "Window", "What is done")
    yield (
        table("visits", "Visits of the protocol", heads, rows)
        if rows
        else none("the protocol plans no visit")
    )
    flags = sorted({c for own in data.tables.values() for c in own.columns
                    if c.startswith("ANL") and c.endswith("FL")})  # fmt: skip
    yield says(f"Flags of the records that analyses take: {', '.join(flags) or 'none'}.")


def _when(visit: Visit) -> str:
    if visit.every is not None:
        return f"every {visit.every}"
    if visit.day is not None:
        return f"study day {visit.day}"
    return f"at {visit.at}" if visit.at is not None else "when it is needed"


def _imputation(results: Results) -> Iterator[Block]:
    data = results.data
    yield says(f"Of incomplete dates of adverse events is imputed: {data.protocol.safety.impute}.")
    rows = [
        (f"{name}.{column}", (str(count),))
        for name, own in data.tables.items()
        for column in own.columns
        if column.endswith(_IMPUTED) and (count := own[column].drop_nulls().len())
    ]
    yield (
        table("imputed", "Records with an imputed date", ("Records",), rows)
        if rows
        else none("no date of these data was imputed")
    )
