"""What `response` found, as text for a terminal or as an HTML table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_Row = tuple[str, str, str]  # what, estimate with limits, P value


def text(found: Mapping[str, Any]) -> str:
    """A line for each rate, comparison and test.

    found : `Response.to_dict()`
    """
    rows = list(_rows(found))
    width = max(len(row[0]) for row in rows)
    lines = (f"{a:<{width}}  {b}  {c}".rstrip() for a, b, c in rows)
    return "\n".join((*lines, *found["notes"]))


def table(found: Mapping[str, Any]) -> str:
    """The same as an HTML table."""
    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in _rows(found))
    body = "\n".join(f"<tr>{row}</tr>" for row in cells)
    return f"<table>\n{body}\n</table>"


def _rows(found: Mapping[str, Any]) -> Iterator[_Row]:
    level = f"{100 * found['level']:g}% CI"
    for a in found["arms"]:
        yield f"{a['arm']}: {a['responders']} of {a['n']}", _interval(a, "rate", level), ""
    for c in found["comparisons"]:
        yield from _comparison(c, level)


def _comparison(c: Mapping[str, Any], level: str) -> Iterator[_Row]:
    pair = f"{c['arm']} v {c['control']}"
    yield f"{pair}: difference", _interval(c["difference"], "estimate", level), ""
    yield f"{pair}: odds ratio", _interval(c["odds_ratio"], "estimate", level), ""
    yield f"{pair}: Fisher", "", _p(c["fisher"]["p"])
    if c["chisq_corrected"]:
        yield f"{pair}: chi-square, corrected", "", _p(c["chisq_corrected"]["p"])
    if c["adjusted"]:
        yield from _adjusted(f"{pair}, adjusted", c["adjusted"], level)
    if c["margin"]:
        yield f"{pair}: margin {c['margin']['margin']:g}", "", _p(c["margin"]["p"])
    if c["stratified"]:
        yield from _stratified(pair, c["stratified"], level)


def _stratified(pair: str, s: Mapping[str, Any], level: str) -> Iterator[_Row]:
    head = f"{pair}, {s['strata']} strata"
    gap = _interval(s["difference"], "estimate", level)
    yield f"{head}: difference", gap, _p(s["difference"]["p"])
    yield f"{head}: odds ratio", _interval(s["odds_ratio"], "estimate", level), ""
    newcombe = _interval(s["newcombe"], "estimate", level)
    yield f"{head}: difference, Newcombe", newcombe, ""
    if s["cmh"]:
        yield f"{head}: Cochran-Mantel-Haenszel", "", _p(s["cmh"]["p"])
    if s["cmh_corrected"]:
        yield f"{head}: the same, corrected", "", _p(s["cmh_corrected"]["p"])


def _adjusted(head: str, a: Mapping[str, Any], level: str) -> Iterator[_Row]:
    yield f"{head}: odds ratio", _interval(a["odds_ratio"], "estimate", level), _p(a["p"])
    profile = _interval(a["profile"], "estimate", level)
    yield f"{head}: odds ratio, profile", profile, _p(a["lr_p"])
    yield (
        f"{head}: difference",
        _interval(a["difference"], "estimate", level),
        _p(a["difference_p"]),
    )
    for note in a["notes"]:
        yield f"{head}: {note}", "", ""


def _interval(values: Mapping[str, Any], key: str, level: str) -> str:
    estimate, lower, upper = (
        "not estimable" if values[k] is None else f"{values[k]:.3f}"
        for k in (key, "lower", "upper")
    )
    return f"{estimate} ({level} {lower} to {upper})"


def _p(p: float | None) -> str:
    if p is None:
        return "P not estimable"
    return "P<0.001" if p < 0.001 else f"P={p:.3f}"
