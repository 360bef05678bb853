"""The register of numbers: every row that a report prints, unrounded, with how it was made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from equipoise.analysis.results import Results, row_key
from equipoise.reporting.calls.call import call_of
from equipoise.reporting.calls.functions import functions_of
from equipoise.reporting.said import about, unrounded

_NAMES = {"flow": "Flow of patients", "baseline": "Baseline", "safety": "Adverse events"}


@dataclass
class _Block:
    """Rows of one analysis by one method: a line for each statistic, a column for each group."""

    title: str
    call: str
    groups: list[str] = field(default_factory=list)
    lines: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def register(results: Results, shown: Iterable[int]) -> str:
    """The section at the end of the page from which the panel of a number is filled."""
    blocks: dict[tuple[str, str, str], _Block] = {}
    for row in results.rows[sorted(set(shown))].iter_rows(named=True):
        place = (row["analysis"], row["method"], row["population"])
        if place not in blocks:
            blocks[place] = _Block(_title(results, row), call_of(results, row))
        _add(blocks[place], row, row_key(row))
    calls = "\n".join(dict.fromkeys(block.call for block in blocks.values()))
    return "\n".join([*(_html(block, results) for block in blocks.values()), _functions(calls)])


def _functions(calls: str) -> str:
    """The functions that the calls need and R's own packages do not have."""
    texts = functions_of(calls)
    if not texts:
        return ""
    return (
        "<div class=block><h3 id=r-functions>Functions of the calls in R</h3>"
        f'<pre class=call tabindex="0">{escape(chr(10).join(texts))}</pre></div>'
    )


def _title(results: Results, row: dict[str, Any]) -> str:
    estimand = results.data.protocol.estimands.get(row["analysis"])
    name = _NAMES.get(row["analysis"], row["analysis"])
    label = (estimand.label if estimand else "") or name
    whose = f" ({row['extension']})" if row["extension"] else ""
    return f"{label}; {row['method']}{whose}; population: {row['population'] or 'none'}"


def _exact(row: dict[str, Any]) -> str:
    """Unrounded, and a share as the fraction that it is."""
    value, n = row["value"], row.get("n")
    if value is not None and n and round(value * n) / n == value:
        return f"{round(value * n)}/{n:.0f}"
    return unrounded(row)


def _add(block: _Block, row: dict[str, Any], key: str) -> None:
    if row["group"] not in block.groups:
        block.groups.append(row["group"])
    if row["note"] and row["value"] is not None and row["note"] not in block.notes:
        block.notes.append(row["note"])
    cell = f"<td id={key}>{escape(_exact(row))}"  # nor end tags
    block.lines.setdefault(about(row), {})[row["group"]] = cell


def _html(block: _Block, results: Results) -> str:
    arms = results.data.protocol.arms
    names = [arms[g].label if g in arms else g or "Value" for g in block.groups]
    heads = "".join(f"<th scope=col>{escape(name)}</th>" for name in names)
    lines = "".join(  # no line ends: the page's longest part
        f"<tr><th>{escape(name)}" + "".join(cells.get(group, "<td>") for group in block.groups)
        for name, cells in block.lines.items()
    )
    notes = "".join(f"<p class=note>{escape(note)}</p>" for note in block.notes)
    call = f"<p class=call>R: <code>{escape(block.call)}</code></p>" if block.call else ""
    return (
        f"<div class=block><h3>{escape(block.title)}</h3>{call}{notes}\n"
        '<div class="wide" role="region" tabindex="0" '
        f'aria-label="{escape(block.title)}"><table>\n'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>\n{lines}\n</tbody></table></div></div>"
    )
