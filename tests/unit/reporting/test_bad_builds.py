"""Section by section of what can go wrong: every output says so, or one sentence stops it.

Each output is made of each trial that went badly: a file that was written whole, or an InputError
that names what it lacks and leaves nothing behind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import polars as pl
import pytest

from equipoise.analysis.analyze import analyze
from equipoise.analysis.results import Results
from equipoise.errors import EquipoiseError
from equipoise.protocol.model import altered
from equipoise.reporting.checklists.filled import filled_from
from equipoise.reporting.comparison.compare import compared_builds
from equipoise.reporting.documents.abstract import WITHOUT_LIMIT, abstract
from equipoise.reporting.documents.paper.formats import document_as
from equipoise.reporting.documents.plain import plain_summary
from equipoise.reporting.exports.export import export_results
from equipoise.reporting.figures.alone import figures, write_figure
from equipoise.reporting.html import render, report
from equipoise.reporting.monitoring.report import monitor_report
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.package.package import write_package
from equipoise.reporting.plots.trial import OF_TRIAL
from equipoise.reporting.why import why
from equipoise.reporting.writers.files import WRITERS, write_tables
from equipoise.reporting.writers.listing import write_listing
from support.badly import ADSL, LABELS, results
from support.command import contents
from support.looks import side
from support.street import pilot_results

Output = Callable[[Results, Path], object]


def _text(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _figures(found: Results, folder: Path) -> None:
    for name in figures(found, Numbers(found)):
        write_figure(found, name, folder)


OUTPUTS: dict[str, Output] = {
    "report": lambda found, folder: report(found, folder / "report.html"),
    **{
        f"tables {to}": partial(lambda to, found, folder: write_tables(found, folder, to=to), to)
        for to in WRITERS
        if to != "pdf"
    },
    "listing": lambda found, folder: write_listing(found, "ADSL", folder / "adsl.rtf"),
    "figures": _figures,
    **{
        f"figure {name}": partial(lambda name, r, folder: write_figure(r, name, folder), name)
        for name in OF_TRIAL
    },
    "abstract": lambda found, folder: _text(
        folder, "a.html", document_as(abstract(found, words=WITHOUT_LIMIT), "html").decode()
    ),
    "plain": lambda found, folder: _text(
        folder, "p.html", document_as(plain_summary(found), "html").decode()
    ),
    "checklist": lambda found, folder: filled_from(render(found), "consort"),
    "compare": lambda found, folder: compared_builds(side(found), side(found)),
    "closed": lambda found, folder: monitor_report(found, folder / "c.html", kind="closed"),
    "open": lambda found, folder: monitor_report(found, folder / "o.html", kind="open"),
    "ars": lambda found, folder: _text(
        folder, "ars.json", json.dumps(export_results(found, to="ars"), allow_nan=False)
    ),
    "ctgov": lambda found, folder: _text(
        folder, "c.json", json.dumps(export_results(found, to="ctgov-results"), allow_nan=False)
    ),
    "package": lambda found, folder: write_package(found, folder / "m5"),
    "why": lambda found, folder: _text(folder, "why.txt", "\n".join(why(found, found.keys[0]))),
}


def _named(label: str) -> Results:
    whole = results()
    arms = whole.data.protocol.arms
    first = next(iter(arms))
    named = {**arms, first: arms[first].model_copy(update={"label": label})}
    rules = altered(whole.data.protocol, arms=named)
    return replace(whole, data=replace(whole.data, protocol=rules))


def _p_of_nothing() -> Results:
    whole = results()
    none = pl.when(pl.col("statistic").is_in(["p", "p, one-sided"])).then(0.0)
    return replace(
        whole, rows=whole.rows.with_columns(none.otherwise(pl.col("value")).alias("value"))
    )


COMMON = 200
"""Events enough for terms that some arms have and others lack: more are more of the same lines."""


def _twelve_arms() -> Results:
    """The pilot's patients in twelve arms of about the same size."""
    data = pilot_results().data
    keys = [f"arm{k}" for k in range(12)]
    one = next(iter(data.protocol.arms.values()))
    arms = {
        key: one.model_copy(
            update={"label": f"Arm {k}", "role": "experimental" if k else "control", "code": None}
        )
        for k, key in enumerate(keys)
    }
    allocation = data.protocol.allocation.model_copy(
        update={"ratio": ":".join("1" * 12), "blocks": (12,)}
    )
    estimands = {
        key: e.model_copy(update={"compare": ()}) for key, e in data.protocol.estimands.items()
    }
    rules = altered(data.protocol, arms=arms, allocation=allocation, estimands=estimands)
    who = data.table("ADSL").select("USUBJID").with_row_index("I")
    new = who.select("USUBJID", K=pl.lit("arm") + (pl.col("I") % 12).cast(pl.String))
    tables = {
        name: table.join(new, on="USUBJID").with_columns(
            [pl.col("K").alias(c) for c in ("TRT01P", "TRT01A") if c in table.columns]
        ).drop("K")
        for name, table in data.tables.items()
    }  # fmt: skip
    tables["ADAE"] = tables["ADAE"].head(COMMON)
    return analyze(replace(data, protocol=rules, tables=tables))


@cache
def bad(name: str) -> Results:
    none = pl.lit(None, pl.Date)
    new = pl.lit("new")
    made: dict[str, Callable[[], Results]] = {
        "nobody had an event": lambda: results(ADSL.with_columns(RELDT=none, DTHDT=none)),
        "an arm is empty": lambda: results(ADSL.with_columns(TRT01P=new, TRT01A=new)),
        "one patient": lambda: results(ADSL.head(1)),
        "P is 0": _p_of_nothing,
        "twelve arms": _twelve_arms,
        **{f"label {i}": partial(_named, label) for i, label in enumerate(LABELS)},
    }
    return made[name]()


BAD = (
    "nobody had an event", "an arm is empty", "one patient", "P is 0", "twelve arms",
    *(f"label {i}" for i in range(len(LABELS))),
)  # fmt: skip


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("name", BAD)
def test_every_output_says_so_or_stops(name: str, output: str, tmp_path: Path) -> None:
    found = bad(name)
    try:
        OUTPUTS[output](found, tmp_path)
    except EquipoiseError as problem:
        said = str(problem)
        assert said
        assert "Traceback" not in said
        assert output.startswith("figure ") or output in ("closed", "open", "package"), said
        assert contents(tmp_path) == {}
        return
    for path, body in contents(tmp_path).items():
        assert body, path
        text = body.decode("utf-8", "replace")
        assert not path.endswith(("html", "svg")) or "<script>alert" not in text
        odd = "nan|inf" if name == "twelve arms" else "nan|inf|None"  # the pilot's data say None
        assert not re.search(rf"(?<![\w.])({odd})(?![\w.])", _shown(path, text)), path


def _shown(path: str, text: str) -> str:
    """What a reader sees of a file: no code and no binary."""
    if not path.endswith((".html", ".csv", ".tex", ".txt", ".svg")):
        return ""
    return re.sub(r"<(script|style).*?</\1>", "", text, flags=re.DOTALL)


def test_a_p_value_of_nothing_is_below_the_least() -> None:
    page = render(bad("P is 0"))
    assert "&lt;0.0001" in page
    assert ">0.0000<" not in page


def test_twelve_arms_stand_in_every_table() -> None:
    page = render(bad("twelve arms"))
    table = re.search(r'<table id="table-baseline".*?</thead>', page, re.DOTALL)
    assert table is not None
    assert [f"Arm {k}" in table[0] for k in range(12)] == [True] * 12


def test_five_thousand_terms_are_all_listed(tmp_path: Path) -> None:
    """As many terms as no trial has: none is left out, and the report is made."""
    data = pilot_results().data
    ae = data.table("ADAE").filter(pl.col("TRTEMFL") == "Y").head(500)
    many = pl.concat([ae] * 10).with_row_index("I")
    own = pl.lit("Term ") + pl.col("I").cast(pl.String)
    many = many.with_columns(AEDECOD=own).drop("I")
    found = analyze(replace(data, tables={**data.tables, "ADAE": many}))
    write_tables(found, tmp_path, to="rtf", only="14.3.1.2")
    text = (tmp_path / "t-14-3-1-2-terms.rtf").read_text("ascii")
    assert len(set(re.findall(r"Term \d+", text))) == 5000
    page = render(found)
    table = re.search(r'<table id="table-terms".*?</table>', page, re.DOTALL)
    assert table is not None
    assert len(set(re.findall(r"Term \d+", table[0]))) == 5000
