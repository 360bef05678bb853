"""A design as one HTML page: its paragraphs, its looks, its inputs."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from equipoise.calendar import months
from equipoise.design.model import Design
from equipoise.design.plan.sentences import in_words

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .7rem;text-align:left;"
    "border-bottom:1px solid #ccc}.default{color:#a15c00}.derived{color:#555}"
)


def page(design: Design) -> str:
    """A complete page, with no script and nothing loaded from elsewhere."""
    words = in_words(design).split("\n\nInputs:")[0]
    paragraphs = "\n".join(f"<p>{escape(part)}</p>" for part in words.split("\n\n"))
    title = escape(f"Design of {design.trial}")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>\n<h1>{title}</h1>\n{paragraphs}\n"
        f"<h2>Looks</h2>\n{_looks(design)}\n<h2>Inputs</h2>\n{_inputs(design)}\n"
        f"<p>Protocol digest {escape(design.protocol_digest)}</p>\n</body></html>"
    )


def _looks(design: Design) -> str:
    head = ("Hypothesis", "Look", "When", "Amount", "Month", "Z", "One-sided P")
    rows = []
    for h in design.hypotheses:
        for look, z, p in zip(h.looks, h.bounds.upper, h.bounds.nominal_p, strict=True):
            day = "" if look.day.time is None else f"{months(look.day.time):.1f}"
            bound = ("none", "") if z is None or p is None else (f"{z:.3f}", f"{p:.3g}")
            rows.append((h.name, look.name, look.says, f"{look.amount:.1f}", day, *bound))
    return _table(head, [(row, "") for row in rows])


def _inputs(design: Design) -> str:
    rows = [((i.name, i.value, i.kind, ", ".join(i.sources)), i.kind) for i in design.inputs]
    return _table(("Input", "Value", "From", "Sources"), rows)


def _table(head: tuple[str, ...], rows: Sequence[tuple[tuple[str, ...], str]]) -> str:
    top = "".join(f"<th>{escape(h)}</th>" for h in head)
    body = "\n".join(
        f'<tr class="{kind}">' + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row, kind in rows
    )
    return f"<table><tr>{top}</tr>\n{body}\n</table>"
