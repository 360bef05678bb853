"""Figures from plain tables, each against what its table says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

import equipoise as eq
from equipoise.errors import InputError
from equipoise.reporting.figures.alone import report_figure
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.plots import sources
from equipoise.reporting.plots.figure import PLAIN_PLOTS
from equipoise.reporting.plots.trial import OF_TRIAL, not_drawn
from equipoise.reporting.writers.files import write_tables
from support.command import command
from support.dual import dual_interim
from support.street import built_pilot, pilot_results

ARMS = {"new": "New drug", "old": "Old drug"}


def frame(name: str) -> pl.DataFrame:
    """A small table of each figure."""
    arm = ["new", "new", "old", "old"]
    who = ["1", "2", "3", "4"]
    tables = {
        "km": {"arm": arm, "time": [1.0, 2.0, 3.0, 4.0], "event": [1, 0, 1, 0]},
        "incidence": {"arm": arm, "time": [1.0, 2.0, 3.0, 4.0], "event": [1, 2, 1, 0]},
        "waterfall": {"subject": who, "arm": arm, "change": [-60.0, 130.0, 5.0, -31.0],
                      "response": ["PR", "PD", "SD", "PR"],
                      "confirmed": [True, False, False, True]},
        "spider": {"subject": ["1", "1", "3"], "arm": ["new", "new", "old"],
                   "day": [80, 160, 80], "change": [-10.0, 20.0, 30.0]},
        "swimmer": {"subject": ["1", "1", "1", "3"], "arm": ["new", "new", "new", "old"],
                    "day": [0, 30, 90, 40], "what": ["dose", "response", "ongoing", "death"]},
        "volcano": {"term": ["Nausea", "Rash"], "difference": [0.3, -0.1], "p": [0.001, 0.4],
                    "patients": [30, 5]},
        "grades": {"term": ["Nausea", "Nausea"], "arm": ["new", "old"], "grade": [3, 1],
                   "patients": [3, 2], "n": [10, 10]},
        "edish": {"subject": who, "arm": arm, "alt": [0.5, 8.0, 2.0, 1.0],
                  "bilirubin": [0.5, 3.0, 1.0, 2.5]},
        "shift": {"subject": who, "arm": arm, "baseline": [1.0, 2.0, 3.0, 4.0],
                  "worst": [1.0, 1.0, 2.0, 5.0]},
        "spaghetti": {"subject": ["1", "1"], "arm": ["new", "new"], "day": [1, 30],
                      "value": [5.0, 2.0]},
        "means": {"arm": ["new", "old"], "at": [0.0, 0.0], "visit": ["Baseline", "Baseline"],
                  "mean": [60.0, 61.0], "lower": [55.0, 56.0], "upper": [65.0, 66.0], "n": [9, 8]},
        "exposure": {"subject": ["1", "1"], "arm": ["new", "new"], "day": [1, 29],
                     "share": [1.0, 0.5]},
    }  # fmt: skip
    return pl.DataFrame(tables[name])


def drawn(name: str, **options: object) -> ReportFigure:
    return eq.figure(name, frame(name), title="A figure", arms=ARMS, control="old", **options)


def svgs(figure: ReportFigure) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(one) for one in re.findall(r"<svg.*?</svg>", figure.svg, re.S)]


@pytest.mark.parametrize("name", sorted(PLAIN_PLOTS))
def test_every_figure_is_drawn_for_page_and_phone(name: str, tmp_path: Path) -> None:
    made = drawn(name)
    wide, small = svgs(made)
    assert [one.attrib["viewBox"].split()[2] for one in (wide, small)] == ["760", "360"]
    assert made.says
    assert "A figure" in made._repr_html_()
    assert "var(" not in made._repr_html_()
    picture, table = made.save(tmp_path)
    assert picture.read_text("utf-8").strip() in made._repr_html_()
    rows = table.read_text("utf-8").splitlines()
    assert len(rows) == 1 + len(made.data.lines)


@pytest.mark.parametrize("name", sorted(PLAIN_PLOTS))
def test_no_text_leaves_the_drawing(name: str) -> None:
    for one in svgs(drawn(name)):
        width, height = map(float, one.attrib["viewBox"].split()[2:])
        for text in one.iter("{http://www.w3.org/2000/svg}text"):
            x, y = float(text.attrib["x"]), float(text.attrib["y"])
            assert 0 <= x <= width, (name, text.text)
            assert 0 <= y <= height, (name, text.text)


def test_a_bar_of_the_waterfall_is_as_high_as_its_change() -> None:
    wide = svgs(drawn("waterfall"))[0]
    ns = "{http://www.w3.org/2000/svg}"
    bars = [
        r
        for r in wide.iter(f"{ns}rect")
        if r.attrib["class"] in ("square pr", "square sd", "square pd")
    ][:4]
    heights = [float(bar.attrib["height"]) for bar in bars]  # 130 (cut at 100), 5, -31, -60
    assert [bar.attrib["class"] for bar in bars] == [
        "square pd",
        "square sd",
        "square pr",
        "square pr",
    ]
    assert heights[3] / heights[0] == pytest.approx(0.6, abs=0.01)
    assert heights[2] / heights[0] == pytest.approx(0.31, abs=0.01)
    stars = [t for t in wide.iter(f"{ns}text") if t.text == "*"]
    assert len(stars) == 2


def test_at_risk_censored_and_events_add_up() -> None:
    """Two patients of the new arm: an event at 1, censored at 2."""
    texts = [t.text for t in svgs(drawn("km"))[0].iter("{http://www.w3.org/2000/svg}text")]
    seen = [t for t in texts if t and re.fullmatch(r"\d+ \(\d+\) \[\d+\]", t)]
    for told in seen:
        assert sum(map(int, re.findall(r"\d+", told))) == 2
    assert seen[0] == "2 (0) [0]"
    assert "0 (1) [1]" in seen


def test_hys_law_is_counted() -> None:
    assert "ALT of 3 and bilirubin of 2 x ULN or more: 1" in drawn("edish").says


def test_a_missing_column_and_an_empty_table_are_told() -> None:
    with pytest.raises(InputError, match="waterfall: the table has no column response"):
        eq.figure("waterfall", frame("waterfall").drop("response"))
    with pytest.raises(InputError, match="data: no rows"):
        eq.figure("km", frame("km").clear())
    with pytest.raises(InputError, match=r'found "waterfal".*did you mean'):
        eq.figure("waterfal", frame("waterfall"))


def test_an_option_of_another_figure_is_told() -> None:
    assert "Months" in eq.figure("km", frame("km"), unit="Months").svg
    assert eq.figure("spaghetti", frame("spaghetti"), bands=[4, 3]).svg.count(">grade ") == 4
    with pytest.raises(InputError, match="which only spaghetti takes, not km"):
        eq.figure("km", frame("km"), bands=[1])
    with pytest.raises(InputError, match="which only km and incidence take, not shift"):
        eq.figure("shift", frame("shift"), unit="Months")


def test_pandas_is_read_too() -> None:
    pytest.importorskip("pandas")
    assert eq.figure("km", frame("km").to_pandas()).says.startswith("new: 2 patients, 1 events")


def test_labels_are_escaped() -> None:
    made = eq.figure("km", frame("km"), title="<script>", arms={"new": "<b>", "old": "a & b"})
    assert "<script>" not in made.svg
    assert "&lt;b&gt;" in made.svg


def test_figures_of_a_trial_are_made_or_say_why() -> None:
    why = not_drawn(pilot_results())
    assert why["waterfall"] == "the data hold no sum of diameters"
    assert why["quality"] == "the data hold no questionnaires"
    assert {"onset", "volcano", "grades", "swimmer", "exposure"} & set(why) == set()
    with pytest.raises(InputError, match='"waterfall" is not made, because the data hold no sum'):
        report_figure(pilot_results(), "waterfall")
    assert set(why) < set(OF_TRIAL)


def test_the_index_lists_figures_that_are_not_made(tmp_path: Path) -> None:
    write_tables(pilot_results(), tmp_path, to="csv", only="14.1.1")
    index = (tmp_path / "index.csv").read_text("utf-8")
    assert (
        "14.2.3.1,Best change of the sum of diameters,,0,,the data hold no sum of diameters"
        in index
    )


def test_waterfall_counts_are_those_of_the_data() -> None:
    data = dual_interim().data
    best = sources.best_changes(data)
    sums = data.table("ADTR").filter((pl.col("PARAMCD") == "SDIAM") & pl.col("ABLFL").is_null())
    assert best.height == sums.filter(pl.col("PCHG").is_not_null())["USUBJID"].n_unique()
    one = sums.filter(pl.col("USUBJID") == best["subject"][0])
    assert best["change"][0] == one.filter(pl.col("ANL01FL") == "Y")["PCHG"].min()


def test_onset_is_of_the_first_severe_event_of_each_patient() -> None:
    rows = sources.onsets(pilot_results().data)
    assert rows.height == 254
    assert set(rows["event"]) == {0, 1}  # the three who died had a fatal event, which is severe
    worse = (
        pilot_results()
        .data.table("ADAE")
        .filter((pl.col("TRTEMFL") == "Y") & (pl.col("ATOXGRN") >= 3))
    )
    assert rows.filter(pl.col("event") == 1).height == worse["USUBJID"].n_unique()


@pytest.mark.parametrize(("form", "head"), [("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_pictures_for_print(form: str, head: bytes, tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra `pdf` is not installed")
    done = command("figure", built_pilot(), "grades", "--to", form, "--width", 84, "-o", tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / f"grades.{form}").read_bytes().startswith(head)
    assert (tmp_path / "grades.csv").exists()


def test_eps_is_made_by_pdftops_or_says_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("typst", reason="the extra `pdf` is not installed")
    figure = drawn("waterfall")
    if shutil.which("pdftops"):
        picture, _ = figure.save(tmp_path, to="eps", width=84)
        head = picture.read_bytes()[:2000]
        assert head.startswith(b"%!PS-Adobe-3.0 EPSF")
        box = re.search(rb"%%BoundingBox: 0 0 (\d+)", head)
        assert box is not None
        assert abs(int(box[1]) - 84 / 25.4 * 72) < 2  # points
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="EPS needs the program pdftops"):
        figure.save(tmp_path / "none", to="eps")
    assert not (tmp_path / "none").exists()
