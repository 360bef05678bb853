"""What `survival` found, as text for a terminal or as one HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from equipoise.reporting.columns import columns

_STYLE = (
    "body{font-family:sans-serif} td,th{text-align:left;padding:.2em 1em} "
    "caption{text-align:left;font-weight:bold}"
)


class _Block(NamedTuple):
    """One table; without rows it is left out."""

    title: str
    head: list[str]
    rows: list[list[str]]


def text(found: Mapping[str, Any]) -> str:
    """The tables in columns, and the notes.

    found : `Survival.to_dict()`
    """
    blocks = []
    for title, head, rows in _blocks(found):
        blocks.append("\n".join([title, *(f"  {line}" for line in columns([head, *rows]))]))
    return "\n\n".join([*blocks, *found["notes"]])


def page(found: Mapping[str, Any], *, title: str) -> str:
    """The tables and the notes as one HTML page that needs nothing else."""
    parts = [_html(block) for block in _blocks(found)]
    parts += [f"<p>{escape(note)}</p>" for note in found["notes"]]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>"
        f"<style>{_STYLE}</style></head>\n<body>\n<h1>{escape(title)}</h1>\n"
        + "\n".join(parts)
        + "\n</body></html>"
    )


def _html(block: _Block) -> str:
    heads = "".join(f'<th scope="col">{escape(h)}</th>' for h in block.head)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n"
        for row in block.rows
    )
    caption = f"<caption>{escape(block.title)}</caption>"
    return f"<table>\n{caption}\n<tr>{heads}</tr>\n{lines}</table>"


def _blocks(found: Mapping[str, Any]) -> Iterator[_Block]:
    parts = (_curves, _at_times, _means, _logrank, _cox, _proportional)
    return (block for part in parts if (block := part(found)).rows)


def _curves(found: Mapping[str, Any]) -> _Block:
    limits = "95% CI" if found["level"] == 0.95 else "CI"
    rows = [
        [*_counts(a), _shown(a["median"]), _between(a["median_lower"], a["median_upper"])]
        for a in found["arms"]
    ]
    return _Block("Kaplan-Meier", ["arm", "n", "events", "median", limits], rows)


def _counts(arm: Mapping[str, Any]) -> list[str]:
    return [str(arm["arm"]), str(arm["n"]), str(arm["events"])]


def _at_times(found: Mapping[str, Any]) -> _Block:
    rows = [
        [str(a["arm"]), _shown(p["time"]), str(p["at_risk"]), _shown(p["survival"]), _limits(p)]
        for a in found["arms"]
        for p in a["at"]
    ]
    return _Block("Survival at times", ["arm", "time", "at risk", "survival", "CI"], rows)


def _means(found: Mapping[str, Any]) -> _Block:
    rows = [
        [str(a["arm"]), _shown(m["estimate"]), _shown(m["se"]), _limits(m)]
        for a in found["arms"]
        if (m := a["rmst"])
    ]
    return _Block("Restricted mean", ["arm", "mean", "se", "CI"], rows)


def _logrank(found: Mapping[str, Any]) -> _Block:
    strata = f", stratified by {', '.join(found['strata'])}" if found["strata"] else ""
    row = _numbers(found["logrank"], ("z", "chisq", "df", "p"))
    return _Block(f"Log-rank{strata}", ["Z", "chi-square", "df", "P"], [row])


def _cox(found: Mapping[str, Any]) -> _Block:
    model = found["cox"]
    rows = [[t["term"], _shown(t["hr"]), _limits(t), _shown(t["p"])] for t in model["terms"]]
    return _Block(f"Cox, {model['ties']} ties", ["term", "hazard ratio", "CI", "P"], rows)


def _proportional(found: Mapping[str, Any]) -> _Block:
    rows = [[t["term"], *_numbers(t, ("chisq", "df", "p"))] for t in found["zph"]["terms"]]
    return _Block("Proportional hazards", ["term", "chi-square", "df", "P"], rows)


def _numbers(values: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    return [_shown(values[name]) for name in names]


def _shown(value: float | None) -> str:
    """A number for people; NE where it is not estimable."""
    return "NE" if value is None else f"{value:.4g}"


def _limits(values: Mapping[str, Any]) -> str:
    return _between(values["lower"], values["upper"])


def _between(lower: float | None, upper: float | None) -> str:
    return f"{_shown(lower)} to {_shown(upper)}"
