"""What `survival` found, as text for a terminal or as one HTML page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from equipoise.reporting.columns import columns

_STYLE = (
    "body{font-family:sans-serif} td,th{text-align:left;padding:.2em 1em} "
    "caption{text-align:left;font-weight:bold}"
)


class SummaryTable(NamedTuple):
    """One table; without rows it is left out."""

    title: str
    head: list[str]
    rows: list[list[str]]


def text(found: Mapping[str, Any]) -> str:
    """The tables in columns, and the notes.

    found : `Survival.to_dict()`
    """
    return in_columns(_blocks(found), found["notes"])


def page(found: Mapping[str, Any], *, title: str) -> str:
    """The tables and the notes as one HTML page that needs nothing else."""
    return in_html(_blocks(found), found["notes"], title=title)


def in_columns(blocks: Iterable[SummaryTable], notes: Sequence[str]) -> str:
    """Tables with rows in columns, then the notes."""
    out = []
    for title, head, rows in blocks:
        if rows:
            out.append("\n".join([title, *(f"  {line}" for line in columns([head, *rows]))]))
    return "\n\n".join([*out, *notes])


def in_html(blocks: Iterable[SummaryTable], notes: Sequence[str], *, title: str) -> str:
    """The same as one HTML page that needs nothing else."""
    parts = [_html(block) for block in blocks if block.rows]
    parts += [f"<p>{escape(note)}</p>" for note in notes]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>"
        f"<style>{_STYLE}</style></head>\n<body>\n<h1>{escape(title)}</h1>\n"
        + "\n".join(parts)
        + "\n</body></html>"
    )


def _html(block: SummaryTable) -> str:
    heads = "".join(f'<th scope="col">{escape(h)}</th>' for h in block.head)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n"
        for row in block.rows
    )
    caption = f"<caption>{escape(block.title)}</caption>"
    return f"<table>\n{caption}\n<tr>{heads}</tr>\n{lines}</table>"


def _blocks(found: Mapping[str, Any]) -> Iterator[SummaryTable]:
    parts = (
        _curves, _at_times, _means, _logrank, _weighted, _cox, _proportional, _parametric
    )  # fmt: skip
    return (block for part in parts if (block := part(found)).rows)


def _curves(found: Mapping[str, Any]) -> SummaryTable:
    limits = "95% CI" if found["level"] == 0.95 else "CI"
    rows = [
        [*_counts(a), value_shown(a["median"]), range_shown(a["median_lower"], a["median_upper"])]
        for a in found["arms"]
    ]
    control = "" if found["control"] is None else f", against {found['control']}"
    return SummaryTable(f"Kaplan-Meier{control}", ["arm", "n", "events", "median", limits], rows)


def _counts(arm: Mapping[str, Any]) -> list[str]:
    return [str(arm["arm"]), str(arm["n"]), str(arm["events"])]


def _at_times(found: Mapping[str, Any]) -> SummaryTable:
    rows = [
        [
            str(a["arm"]),
            value_shown(p["time"]),
            str(p["at_risk"]),
            value_shown(p["survival"]),
            _limits(p),
        ]
        for a in found["arms"]
        for p in a["at"]
    ]
    return SummaryTable("Survival at times", ["arm", "time", "at risk", "survival", "CI"], rows)


def _means(found: Mapping[str, Any]) -> SummaryTable:
    rows = [
        [str(a["arm"]), value_shown(m["estimate"]), value_shown(m["se"]), _limits(m)]
        for a in found["arms"]
        if (m := a["rmst"])
    ]
    return SummaryTable("Restricted mean", ["arm", "mean", "se", "CI"], rows)


def _logrank(found: Mapping[str, Any]) -> SummaryTable:
    strata = f", stratified by {', '.join(found['strata'])}" if found["strata"] else ""
    if found["logrank"]["p"] is None:
        return SummaryTable("Log-rank", [], [])
    row = _numbers(found["logrank"], ("z", "chisq", "df", "p", "p_better"))
    return SummaryTable(f"Log-rank{strata}", [*_TEST, "one-sided P"], [row])


_TEST = ["Z", "chi-square", "df", "P"]


def _weighted(found: Mapping[str, Any]) -> SummaryTable:
    rows = [
        [name, *_numbers(test, ("z", "chisq", "df", "p", "p_better"))]
        for name, test in found["weighted"].items()
    ]
    return SummaryTable("Weighted log-rank", ["weights", *_TEST, "one-sided P"], rows)


def _parametric(found: Mapping[str, Any]) -> SummaryTable:
    model = found["times"]
    if model is None:
        return SummaryTable("", [], [])
    rows = []
    for t in model["terms"]:
        ratios = [(t[k], t[f"{k}_lower"], t[f"{k}_upper"]) for k in ("time_ratio", "hazard_ratio")]
        cells = [c for e, a, b in ratios for c in (value_shown(e), range_shown(a, b))]
        rows.append([t["term"], *cells, value_shown(t["p"])])
    head = ["term", "time ratio", "CI", "hazard ratio", "CI", "P"]
    return SummaryTable(f"{model['distribution'].capitalize()} times", head, rows)


def _cox(found: Mapping[str, Any]) -> SummaryTable:
    model = found["cox"]
    rows = [
        [t["term"], value_shown(t["hr"]), _limits(t), *_numbers(t, ("p", "p_better"))]
        for t in model["terms"]
    ]
    head = ["term", "hazard ratio", "CI", "P", "one-sided P"]
    return SummaryTable(f"Cox, {model['ties']} ties", head, rows)


def _proportional(found: Mapping[str, Any]) -> SummaryTable:
    rows = [[t["term"], *_numbers(t, ("chisq", "df", "p"))] for t in found["zph"]["terms"]]
    return SummaryTable("Proportional hazards", ["term", "chi-square", "df", "P"], rows)


def _numbers(values: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    return [value_shown(values[name]) for name in names]


def value_shown(value: float | None) -> str:
    """A number for people; NE where it is not estimable."""
    return "NE" if value is None else f"{value:.4g}"


def _limits(values: Mapping[str, Any]) -> str:
    return range_shown(values["lower"], values["upper"])


def range_shown(lower: float | None, upper: float | None) -> str:
    """Two limits."""
    return f"{value_shown(lower)} to {value_shown(upper)}"
