"""A figure as a page of its own, in which every number opens what it is."""

from __future__ import annotations

import re

from equipoise.analysis.results import Results
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.plots.trial import with_rows
from equipoise.reporting.register import register
from equipoise.reporting.writers.html import html_cell, html_table
from equipoise.reporting.writers.templates import rendered, resource, seal_of

_SHOWN = re.compile(r'data-row="?(\d+)')


def figure_html(figure: ReportFigure) -> str:
    """A figure with its caption, and its data folded."""
    return (
        f'<figure id="{figure.key}-figure">{figure.svg}\n'
        f"<figcaption>{html_cell(figure.caption)}</figcaption>\n"
        f'<details class="data"><summary>Data of this figure</summary>{_data(figure)}'
        f'<p><button type="button" data-save="svg">Save the figure, SVG</button> '
        f'<button type="button" data-save="csv">Save the data, CSV</button></p>'
        f"</details></figure>"
    )


def _data(figure: ReportFigure) -> str:
    """The table behind a figure, unless it stands in the page by itself."""
    key = figure.data.key
    made = html_table(figure.data) if figure.data.lines else ""
    return made.replace(f"table-{key}", f"data-{key}")


def figure_page(results: Results, figure: ReportFigure) -> str:
    """The figure, its data, and the register of its numbers behind them; no request leaves it."""
    drawn = figure_html(figure)
    script = resource("report.js")
    content = {
        "figure": drawn,
        "title": figure.title,
        "data": results.data,
        "protocol": results.data.protocol,
        "style": resource("report.css") + resource("plots.css"),
        "script": script,
        "seal": seal_of(script),
        "register": register(with_rows(results, figure), map(int, _SHOWN.findall(drawn))),
    }
    return rendered("figure.html", content)
