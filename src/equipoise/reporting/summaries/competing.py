"""What `competing` found, as text for a terminal or as one HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from equipoise.reporting.summaries.survival import (
    SummaryTable,
    in_columns,
    in_html,
    range_shown,
    value_shown,
)


def text(found: Mapping[str, Any]) -> str:
    """The tables in columns, and the notes.

    found : `Competing.to_dict()`
    """
    return in_columns(_blocks(found), found["notes"])


def page(found: Mapping[str, Any], *, title: str) -> str:
    """The tables and the notes as one HTML page that needs nothing else."""
    return in_html(_blocks(found), found["notes"], title=title)


def _blocks(found: Mapping[str, Any]) -> Iterator[SummaryTable]:
    control = f", against {found['control']}" if found["control"] is not None else ""
    counts = [[str(a["arm"]), a["cause"], str(a["n"]), str(a["events"])] for a in found["arms"]]
    yield SummaryTable(f"Events{control}", ["arm", "cause", "n", "events"], counts)
    points = [
        [str(a["arm"]), a["cause"], value_shown(p["time"]), value_shown(p["estimate"]),
         range_shown(p["lower"], p["upper"])]
        for a in found["arms"]
        for p in a["at"]
    ]  # fmt: skip
    yield SummaryTable("Cumulative incidence", ["arm", "cause", "time", "incidence", "CI"], points)
    tests = [
        [g["cause"], *(value_shown(g[key]) for key in ("chisq", "df", "p"))]
        for g in found["gray"]
        if g["p"] is not None
    ]
    strata = f", stratified by {', '.join(found['strata'])}" if found["strata"] else ""
    yield SummaryTable(f"Gray's test{strata}", ["cause", "chi-square", "df", "P"], tests)
    yield _ratios(found, "subdistribution", "Fine-Gray, subdistribution hazard ratio")
    yield _ratios(found, "cause_specific", f"Cox, cause-specific hazard ratio{strata}")


def _ratios(found: Mapping[str, Any], key: str, title: str) -> SummaryTable:
    rows = [
        [f"{c['arm']} v {c['control']}", c["cause"], value_shown(r["estimate"]),
         range_shown(r["lower"], r["upper"]), value_shown(r["p"])]
        for c in found["comparisons"]
        if (r := c[key]) is not None
    ]  # fmt: skip
    return SummaryTable(title, ["arms", "cause", "hazard ratio", "CI", "P"], rows)
