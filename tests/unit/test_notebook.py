"""What a notebook shows: of every noun something, escaped, and without a drawing library."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from html.parser import HTMLParser

import polars as pl
import pytest

import equipoise as eq
from equipoise.errors import InputError
from equipoise.notebook import MOST_LINES, card
from equipoise.reporting.figures.alone import figures
from equipoise.reporting.numbers import Numbers
from support.spec import NETTER_FILE
from support.street import pilot_protocol, pilot_results

NETTER = str(NETTER_FILE)


class Tags(HTMLParser):
    """Every tag is closed in turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def nouns() -> dict[str, object]:
    protocol, results = eq.read(NETTER), pilot_results()
    design = eq.plan(protocol)
    seen = {"PFS": [eq.Seen("final", 74, 5.0)]}
    return {
        "Protocol": protocol,
        "Design": design,
        "Results": results,
        "Estimate": results["primary"],
        "Monitoring": eq.monitor(design, seen),
        "Operating": eq.simulate(protocol, truth="as reported", trials=20, seed=1),
        "ReportFigure": figures(results, Numbers(results))["flow"],
    }


@pytest.mark.parametrize("name", ["Protocol", "Design", "Results", "Estimate", "Monitoring",
                                  "Operating", "ReportFigure"])  # fmt: skip
def test_every_noun_shows_itself(name: str) -> None:
    noun = nouns()[name]
    assert type(noun).__name__ == name
    text = noun._repr_html_()  # type: ignore[attr-defined]
    tags = Tags(text).seen
    assert ("svg" if name == "ReportFigure" else "table") in tags
    assert "script" not in tags
    assert text == noun._repr_html_()  # type: ignore[attr-defined]


def test_what_is_written_is_escaped() -> None:
    text = card("a <b>", ("<i>",), [("<script>alert(1)</script>", 'x" & y')], "<u>")
    assert "<script>" not in text
    assert "<b>" not in text
    assert "<i>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "x&quot; &amp; y" in text
    named = pilot_protocol().with_("arms.high.label", "<img src=x onerror=alert(1)>")
    assert "<img" not in named._repr_html_()


def test_of_many_rows_the_first_are_shown() -> None:
    text = card("t", ("",), [(i,) for i in range(MOST_LINES + 5)])
    assert text.count("<tr>") == MOST_LINES + 1
    assert "and 5 more rows" in text


def test_no_drawing_library_is_loaded() -> None:
    code = (
        f"import equipoise as eq, sys; p = eq.read({NETTER!r}); p._repr_html_(); "
        "eq.plan(p)._repr_html_(); print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_protocol_lists_its_own_parts_alone() -> None:
    listed = dir(eq.read(NETTER))
    assert {"arms", "design", "with_", "digest", "to_yaml"} <= set(listed)
    assert [n for n in listed if n.startswith(("model_", "parse_", "_")) or n == "json"] == []
    assert "label" in dir(eq.read(NETTER).arms["lutate"])


def test_results_are_equal_after_a_pickle_and_small() -> None:
    results = pilot_results()
    text = pickle.dumps(results)
    again = pickle.loads(text)
    assert again == results
    assert hash(again) == hash(results)
    assert again["primary"] == results["primary"]
    assert len(text) < len(pickle.dumps((results.rows, results.data))) / 5


def test_results_of_other_numbers_are_others() -> None:
    results = pilot_results()
    other = eq.Results(results.rows.with_columns(pl.col("value") + 1), results.data)
    assert other != results
    assert results != "results"
    assert eq.Results(results.rows.clone(), results.data, results.findings) == results


def test_results_as_pandas_need_pandas_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    results = pilot_results()
    rows = results.rows
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    table = results.to_pandas()
    assert table.shape == (rows.height, rows.width)
    assert table["value"].count() == rows["value"].count()
    assert table["statistic"].tolist() == rows["statistic"].to_list()
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match="to_pandas needs pandas, which is not installed"):
        results.to_pandas()


def test_the_log_says_what_is_done() -> None:
    code = f"""
import logging, json, equipoise as eq
told = []
class Kept(logging.Handler):
    def emit(self, record): told.append((record.name, record.getMessage()))
logging.getLogger("equipoise").addHandler(Kept())
logging.getLogger("equipoise").setLevel("INFO")
eq.simulate(eq.read({NETTER!r}), truth="as reported", trials=20, seed=1)
print(json.dumps(told))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert ["equipoise.simulation.operating.batches", "as reported: 20 trials, 0 done"] in said
    assert done.stderr == ""
