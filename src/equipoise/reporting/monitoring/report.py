"""The committee's report: closed, by letter; open, pooled and read for what gives an arm away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal, NamedTuple

import polars as pl

from equipoise.analysis.progress.progress import progress
from equipoise.analysis.results import Results, frame
from equipoise.errors import InputError, expect
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.figures.page import figure_html
from equipoise.reporting.model import Display
from equipoise.reporting.monitoring.letters import lettered, letters_fingerprint, letters_of
from equipoise.reporting.monitoring.paper import committee_typst
from equipoise.reporting.monitoring.scan import betrayed, secrets_of
from equipoise.reporting.monitoring.sections import (
    CommitteePart,
    CommitteeSection,
    closed_sections,
    open_sections,
)
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.register import register
from equipoise.reporting.write import write_bytes
from equipoise.reporting.writers.html import html_cell, html_table
from equipoise.reporting.writers.templates import css_text, rendered, resource, seal_of
from equipoise.reporting.writers.typst import compiled

CommitteeKind = Literal["closed", "open"]
_SHOWN = re.compile(r'data-row="?(\d+)')
_ARM_RULES: Final = (
    (re.compile(r"--a\d: [^;]+;"), ""),
    (re.compile(r"svg [^{}\n]*\.a\d[^{}]*\{[^}]*\}"), ""),
    (re.compile(r"var\(--a\d\)"), "var(--ink)"),
    (re.compile("#0f5c8c"), "#334e68"),
)
_READERS: Final = {
    "closed": "Data monitoring committee and its statistician",
    "open": "Data monitoring committee, steering committee and sponsor",
}


class CommitteeHead(NamedTuple):
    """What stands at the head of each page of a committee's report."""

    title: str
    heading: str
    kicker: str
    banner: str
    meta: tuple[str, ...]
    virtual: bool


def monitor_report(
    results: Results,
    path: str | Path,
    *,
    kind: CommitteeKind,
    key: bytes | None = None,
    to: Literal["html", "pdf"] = "html",
    recipient: str = "",
) -> Path:
    """Write a committee's report of a look: the closed one by letter, the open one pooled.

    key : the trial's, which decides what arm is A; virtual patients need none
    recipient : who may read it; by default the committee, and for the open one the sponsor too
    The open report is read before it appears; whatever in it tells one arm from another stops it.
    Raises   InputError for an unknown kind or format, a closed report of real patients without a
             key, or an open one that gives an arm away, with each place.
    Source   NINDS and NIA, outlines of open and closed reports.
    """
    expect(results, Results)
    if kind not in _READERS:
        raise InputError(f'kind: found "{kind}", expected closed or open')
    if to not in ("html", "pdf"):
        raise InputError(f'to: found "{to}", expected html or pdf')
    head = _head(results, kind, key, recipient)
    if kind == "closed":
        shown = _closed(results, key)
        sections = closed_sections(shown, Numbers(shown))
    else:
        shown = _open(results)
        sections = open_sections(shown, Numbers(shown), secrets_of(results))
    if to == "html":
        text = page(shown, head, sections, kind)
    else:
        text = committee_typst(head, sections, arms=kind == "closed")
    if kind == "open":
        stop_if_betrayed(text, results)
    return write_bytes(Path(path), text.encode() if to == "html" else compiled(text))


def stop_if_betrayed(text: str, results: Results) -> None:
    """Raises InputError with each place of a text that tells one arm from another."""
    script = resource("report.js")
    found = betrayed(text.replace(script, "\n" * script.count("\n")), secrets_of(results))
    if found:
        told = "\n".join(f"  {one}" for one in found)
        raise InputError(f"the open report gives an arm away and is not written\n{told}")


def _closed(results: Results, key: bytes | None) -> Results:
    data = results.data
    more = Results(_joined(results.rows, frame(progress(data, pooled=False))), data)
    return lettered(more, letters_of(data.protocol, key, virtual=data.virtual))


def _open(results: Results) -> Results:
    """Only rows of all patients together, and what is worked out without the arms."""
    pooled = results.rows.filter((pl.col("group") == "all") & (pl.col("comparison") == ""))
    more = frame(progress(results.data, pooled=True))
    return Results(_joined(pooled, more), results.data)


def _joined(rows: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows.select(more.columns), more])


def _head(
    results: Results, kind: CommitteeKind, key: bytes | None, recipient: str
) -> CommitteeHead:
    data = results.data
    cutoff = data.date.isoformat() if data.date else "the end of the study"
    title = f"{data.protocol.trial.id}: {kind} report, {data.look}"
    closed = kind == "closed"
    letters = letters_fingerprint(data.protocol, key)
    meta = [f"For: {recipient or _READERS[kind]}", f"Data cut-off: {cutoff}"]
    if closed:
        told = f"Letters of the arms by key {letters}" if key else (
            "Letters of the arms without a key: for virtual patients only"
        )  # fmt: skip
        meta += [told, "The path against the bound tells which arm is experimental: letters are"
                 " a courtesy, not a blind."]  # fmt: skip
    meta.append(f"Protocol {data.protocol.digest[:8]}, snapshot {data.snapshot.digest[:8]}")
    banner = "CLOSED REPORT: confidential, by arm" if closed else "OPEN REPORT: pooled data only"
    return CommitteeHead(
        title, title, f"{data.protocol.trial.id} · {data.look}", banner, tuple(meta), data.virtual
    )


def page(
    results: Results, head: CommitteeHead, sections: list[CommitteeSection], kind: CommitteeKind
) -> str:
    """The report as one HTML file that needs no network."""
    script = resource("report.js")
    style = resource("report.css") + resource("committee.css")
    if kind == "open":
        for pattern, instead in _ARM_RULES:
            style = pattern.sub(instead, style)
    content = {
        "head": head, "sections": sections, "style": style, "script": script,
        "seal": seal_of(script), "register": "\0",
        "running": css_text(f"{head.title}{', virtual patients' * head.virtual}"),
    }  # fmt: skip
    text = rendered("committee.html", content, {"cell": html_cell, "part": _part})
    shown = (int(row) for row in _SHOWN.findall(text))
    return text.replace("\0", register(results, shown))


def _part(part: CommitteePart) -> str:
    if isinstance(part, Display):
        return html_table(part)
    if isinstance(part, ReportFigure):
        return f"<h3>{html_cell((part.title,))}</h3>{figure_html(part)}"
    return f"<p>{html_cell(part)}</p>"
