"""What a report must not claim, and must not leave out: a test for each fault that was seen."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from equipoise.adam.study import Study
from equipoise.analysis.analyze import analyze
from equipoise.analysis.decisions import outlook
from equipoise.analysis.incidence import incidence
from equipoise.analysis.results import PLACE, Results, frame
from equipoise.design.monitor.model import Seen
from equipoise.design.monitor.monitor import monitor
from equipoise.design.plan.plan import plan as plan_of
from equipoise.errors import InputError
from equipoise.meaning.check import read, read_text
from equipoise.meaning.hypotheses import hypotheses
from equipoise.reporting.abstract import verdict
from equipoise.reporting.claims import standing
from equipoise.reporting.documents.abstract import WITHOUT_LIMIT, abstract
from equipoise.reporting.figures.flow import flow_figure, not_adding_up
from equipoise.reporting.figures.forest import forest_figure
from equipoise.reporting.figures.harms import common_terms, harms_figure
from equipoise.reporting.figures.km import km_figure
from equipoise.reporting.html import render
from equipoise.reporting.labels import design_line, term_label
from equipoise.reporting.model import Display, plain
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.tables.efficacy import efficacy_table
from equipoise.reporting.tables.safety import overview_table, terms_table
from equipoise.reporting.tables.subgroups import subgroup_table
from support.street import day, derived, person, pilot_results, plan, protocol, randomized, sdtm
from support.virtual import netter, virtual_sdtm

SPEC = Path(__file__).parents[2] / "spec"
BOUND = r"nominal: bound \d\.\d×10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+, one-sided, not crossed"


@cache
def of_netter() -> Results:
    """At the final look of one end point and the first interim look of the other."""
    return analyze(Study.of(virtual_sdtm(), netter()).adam("PFS final"))


def numbers(results: Results | None = None) -> Numbers:
    return Numbers(of_netter() if results is None else results)


def shown(display: Display) -> dict[str, list[str]]:
    """Label -> cells, under the heading that they stand below."""
    found, under = {}, ""
    for line in display.lines:
        if not line.cells and not line.indent:
            under = line.label
        found[f"{under} | {line.label}" if under else line.label] = [plain(c) for c in line.cells]
    return found


def with_rows(results: Results, **changed: Any) -> Results:
    """The results with other values in the rows of a statistic."""
    name, value = changed.pop("statistic"), changed.pop("value")
    hit = pl.col("statistic") == name
    for column, wanted in changed.items():
        hit = hit & (pl.col(column) == wanted)
    rows = results.rows.with_columns(
        value=pl.when(hit).then(pl.lit(value, pl.Float64)).otherwise(pl.col("value"))
    )
    return replace(results, rows=rows)


def brief_of(results: Results) -> str:
    """The abstract with every sentence that it may have."""
    return str(abstract(results, words=WITHOUT_LIMIT))


def test_an_interim_p_value_stands_with_its_bound() -> None:
    results = of_netter()
    said = brief_of(results)
    (sentence,) = re.findall(r"Overall survival: hazard ratio[^.]*\.[^]]*\]", said)
    assert re.search(BOUND, sentence)
    (line,) = [c for k, c in shown(efficacy_table(results, numbers())).items()
               if k.startswith("Overall survival") and "| P, log-rank" in k]  # fmt: skip
    assert re.search(BOUND, line[-1])
    assert re.search(BOUND, plain(km_figure(results, numbers(), "OS").caption))


def test_a_secondary_outside_the_testing_order_says_so() -> None:
    said = brief_of(of_netter())
    (sentence,) = re.findall(r"Objective response[^\[]*\[[^]]*\]", said)
    assert sentence.endswith("[nominal: outside the testing order]")


def test_a_p_value_without_a_look_at_this_cutoff_says_so() -> None:
    data = of_netter().data
    moved = replace(data, snapshot=replace(data.snapshot, look="OS final"))
    later = replace(of_netter(), data=moved)
    rows = later.rows.filter(~((pl.col("analysis") == "PFS") & (pl.col("statistic") == "decision")))
    later = replace(later, rows=rows)
    said = standing(later, Numbers(later), "PFS").said
    assert said == ("nominal: no look of it at this cut-off",)


def test_the_last_look_ends_a_trial_and_does_not_stop_it() -> None:
    results = of_netter()
    table = shown(efficacy_table(results, numbers()))
    primary = "Progression-free survival, central reading (primary)"
    assert table[f"{primary} | Decision"][-1] == "bound crossed"
    assert table["Overall survival (secondary) | Decision"][-1] == "continue"
    card = dict(verdict(results, numbers()))
    assert plain(card["Progression-free survival, central reading"]).endswith("[bound crossed].")
    assert "Decision" not in card
    assert "stop for efficacy" not in render(results).split('id="numbers"')[0]


def test_what_is_left_of_the_power_is_told_at_an_interim_look() -> None:
    table = shown(efficacy_table(of_netter(), numbers()))
    for under in ("trend", "assumption", "null"):
        name = f"Overall survival (secondary) | Conditional power under the {under}, %"
        assert re.fullmatch(r"[<>]?\d+\.\d", table[name][-1])
    assert "Overall survival (secondary) | Predictive power, %" in table


def test_a_futility_bound_says_whether_it_binds() -> None:
    rules = read(SPEC / "valid" / "three_looks_futility.yaml")
    h = hypotheses(rules)[0]
    look = h.looks[0]
    one = monitor(plan_of(rules), {h.name: [Seen(look.name, 100, 0.5)]})[h.name]
    rows = {row.statistic: row for row in outlook(h, one)}
    assert one.futility_bound is not None
    assert rows["futility bound z"].value == one.futility_bound
    assert rows["futility bound z"].note == "non-binding"
    assert rows["conditional power, null"].value is not None
    extra = frame([replace(row, analysis="OS") for row in rows.values()])
    held = of_netter().rows.filter(~pl.col("statistic").is_in(list(rows)))
    results = replace(of_netter(), rows=pl.concat([held, extra]))
    table = shown(efficacy_table(results, Numbers(results)))
    (cell,) = [c[-1] for k, c in table.items() if "| Futility bound, non-binding, Z" in k]
    assert re.fullmatch(r"[−\d.]+; observed [−\d.]+", cell)


def test_events_are_split_by_kind_and_the_censored_by_reason() -> None:
    results = of_netter()
    said = brief_of(results)
    assert re.search(r"an event in \d+ of \d+ patients with .*?\(death \d+, disease prog", said)
    rows = results.select(analysis="PFS", subgroup="", method="count")
    for arm in results.data.protocol.arms:
        own = rows.filter(pl.col("group") == arm)
        total = {s: own.filter(pl.col("statistic") == s)["value"].sum()
                 for s in ("n", "events", "events, by kind", "censored, by reason")}  # fmt: skip
        assert total["events, by kind"] == total["events"] > 0
        assert total["events"] + total["censored, by reason"] == total["n"]


def test_fatal_events_stand_in_the_graded_columns() -> None:
    dose = {"EXTRT": "drug", "EXDOSE": 1.0, "EXSTDTC": day(1), "EXENDTC": day(9)}
    event = {"AETERM": "Rash", "AEDECOD": "Rash", "AEBODSYS": "Skin", "AESTDTC": day(5)}
    more = {"AESER": "Y", "AEREL": "N", "AEACN": "DRUG WITHDRAWN"}
    data = sdtm(
        protocol(),
        DM=[person("S-1"), person("S-2", "O")],
        DS=[randomized("S-1"), randomized("S-2")],
        EX=[{"USUBJID": who, **dose} for who in ("S-1", "S-2")],
        AE=[{"USUBJID": "S-1", "AETOXGR": "5", **event, **more}],
    )
    found = derived(data)
    results = Results(frame(incidence(found)), found)
    table = terms_table(results, Numbers(results))
    assert [plain(head).split("\n")[1] for head in table.heads[::2]] == [
        "Any grade", "Grade 3 or higher", "Fatal"
    ]  # fmt: skip
    assert shown(table)["Rash"] == ["1 (100.0%)", "0"] * 3
    overview = shown(overview_table(results, Numbers(results)))
    assert overview["Any adverse event of grade 3 or higher"][0] == "1 (100.0%)"
    assert overview["Any adverse event of grade 3 or 4"][0] == "0"
    assert overview["Any adverse event leading to stop of treatment"][0] == "1 (100.0%)"
    assert overview["Any fatal adverse event"][0] == "1 (100.0%)"


def test_what_was_never_collected_is_not_counted_as_nothing() -> None:
    overview = shown(overview_table(pilot_results(), numbers(pilot_results())))
    assert "Any adverse event related to treatment" in overview
    assert "Any adverse event leading to stop of treatment" not in overview


def test_two_figures_of_one_toxicity_have_their_own_labels() -> None:
    overview = shown(overview_table(of_netter(), numbers()))
    laboratory = [k for k in overview if k.startswith("Lymphopenia")]
    assert laboratory == ["Lymphopenia of grade 3 or 4, by laboratory value"]
    assert all(
        "; n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}" in cell for cell in overview[laboratory[0]][:2]
    )
    said = brief_of(of_netter())
    assert re.search(r"Lymphopenia of grade 3 or 4 by laboratory value: .* with .* and ", said)


def test_interaction_tests_are_shown_with_what_chance_brings() -> None:
    results = of_netter()
    table = shown(subgroup_table(results, numbers()))
    p = results.value(analysis="PFS", method="interaction test", statistic="p", subgroup="sex")
    assert p is not None
    assert table["Sex | Female"][-1] == numbers().words.p(p, 0.05)
    drawn = forest_figure(results, numbers())
    assert drawn is not None
    assert "of 4 tests of interaction, 0.2 are expected below 0.05" in plain(drawn.caption)
    assert "Sex" in drawn.svg
    assert "sex: F" not in drawn.svg


def test_a_limit_beyond_the_axis_has_an_arrow() -> None:
    rows = of_netter().rows
    level = pl.col("subgroup").is_in(["", "sex: F", "sex: M", "sex"])
    near = replace(of_netter(), rows=rows.filter(level))
    place = {"analysis": "PFS", "method": "stratified Cox", "subgroup": "sex: F"}
    far = with_rows(near, statistic="hazard ratio upper limit", value=5000.0, **place)
    whole, cut = (forest_figure(one, Numbers(one)) for one in (near, far))
    assert whole is not None
    assert cut is not None
    assert "An arrow: the limit lies beyond the axis." not in plain(whole.caption)
    assert "An arrow: the limit lies beyond the axis." in plain(cut.caption)
    drawn = [one.svg.count('class="whisker"') for one in (whole, cut)]
    assert drawn == [6, 8]  # three lines, wide and for a phone; an arrow in each


def test_no_odds_ratio_of_nobody_against_nobody() -> None:
    for x in (0.0, None):
        rows = with_rows(of_netter(), statistic="responders", value=0.0, analysis="ORR")
        rows = with_rows(rows, statistic="odds ratio", value=x, analysis="ORR")
        table = shown(efficacy_table(rows, Numbers(rows)))
        (cell,) = [c[-1] for k, c in table.items() if "| Odds ratio" in k]
        assert cell == "NE"


def test_the_axis_says_what_is_plotted() -> None:
    assert "Free of dermatologic event, %" in km_figure(pilot_results(), numbers(
        pilot_results()), "TTDE").svg  # fmt: skip
    assert "Progression-free survival, %" in km_figure(of_netter(), numbers(), "PFS").svg


def test_a_cliff_of_one_patient_says_so_and_thin_curves_are_faint() -> None:
    results = of_netter()
    arm = next(iter(results.data.protocol.arms))
    last = results.select(analysis="OS", statistic="curve", group=arm)["at"].max()
    place = {"analysis": "OS", "group": arm, "at": last}
    down = with_rows(results, statistic="curve", value=0.0, **place)
    down = with_rows(
        down, statistic="at risk at the last step", value=1.0, analysis="OS", group=arm
    )
    drawn = km_figure(down, Numbers(down), "OS").svg
    assert re.search(r">n=<a [^>]*>1</a>", drawn)
    assert "n=" not in re.sub(r"<desc.*?</desc>", "", km_figure(results, numbers(), "OS").svg)
    assert 'class="curve faint' in drawn


def test_who_was_assessed_is_not_told_where_the_data_do_not_know() -> None:
    drawn = flow_figure(of_netter(), numbers())
    assert "Assessed for eligibility" not in drawn.svg
    assert "nobody who was screened and not randomized" in plain(drawn.caption)


def test_the_flow_has_the_reasons_for_exclusion() -> None:
    drawn = flow_figure(pilot_results(), numbers(pilot_results())).svg
    bare = re.sub(r"</?a[^>]*>", "", drawn)
    assert "Assessed for eligibility (n = 306)" in bare
    assert "Not randomized (n = 52)" in bare
    assert "Screen failure (n = 52)" in bare


@pytest.mark.parametrize(
    ("statistic", "told"),
    [("randomized", "randomized: "), ("left the study", "completed, left or in it: ")],
)
def test_a_flow_that_does_not_add_up_is_refused(statistic: str, told: str) -> None:
    assert list(not_adding_up(pilot_results())) == []
    wrong = with_rows(pilot_results(), statistic=statistic, value=99.0, group="low", term="")
    with pytest.raises(InputError, match=f"does not add up: .*{told}"):
        flow_figure(wrong, Numbers(wrong))


def test_ages_have_the_digits_that_were_collected() -> None:
    found = numbers(pilot_results())
    assert plain(found.cell("baseline", "median", group="low", term="AGE")) == "77.5"
    assert plain(found.cell("baseline", "minimum", group="all", term="AGE")) == "51"
    assert plain(found.cell("baseline", "mean", group="all", term="AGE")) == "75.1"


def test_abbreviations_stay_as_they_are() -> None:
    assert term_label("GI HAEMORRHAGE") == "GI haemorrhage"
    assert term_label("ALT INCREASED") == "ALT increased"


def test_a_design_that_is_not_told_is_not_claimed() -> None:
    assert design_line(pilot_results().data.protocol).startswith("Phase 2, double blind, 1:1:1")
    trial = plan()["trial"]
    silent = {name: trial[name] for name in ("id", "title")}
    said = design_line(read_text(json.dumps({**plan(), "trial": silent})))
    assert said == "1:1 by permuted blocks"


def test_no_p_value_of_harms_in_the_style_of_nejm() -> None:
    results = of_netter()
    page = render(results, style="nejm")
    table = page.split('id="table-safety"')[1].split("</table>")[0]
    assert "P, " not in table
    assert "Fisher" not in page.split('aria-labelledby="harms"')[1].split("</section>")[0]


def test_rows_of_the_same_place_have_the_same_key_at_two_looks() -> None:
    later = replace(of_netter(), rows=frame([]))
    assert later.keys == ()
    first = of_netter().rows.select(PLACE)
    assert first.is_unique().all()


def test_common_harms_stand_by_their_difference() -> None:
    results = of_netter()
    terms = common_terms(results, numbers(), "lutate v octreotide")
    gaps = [term.difference[0].value for term in terms if term.difference[0] is not None]
    assert len(gaps) == len(terms) > 5
    assert gaps == sorted(gaps, reverse=True)
    for term in terms:
        control, experimental = (number.value for number in term.risks if number is not None)
        assert max(control, experimental) >= 0.05
        assert experimental - control == pytest.approx(term.difference[0].value)
    drawn = harms_figure(results, numbers())
    assert drawn is not None
    assert drawn.svg.count('class="ring"') == 2 * len(terms)
    assert [line.label for line in drawn.data.lines] == [term.name for term in terms]


def test_a_pair_that_the_design_does_not_test_says_so() -> None:
    results = pilot_results()
    table = shown(efficacy_table(results, numbers(results)))
    tested = {k.split(": ")[-1]: c[-1] for k, c in table.items() if "P, log-rank test" in k}
    assert "nominal" not in tested["Xanomeline low dose v Placebo"]
    said = "nominal: the design tests Xanomeline low dose v Placebo"
    assert said in tested["Xanomeline high dose v Placebo"]
    assert said in tested["all arms"]
    brief = brief_of(results)
    assert brief.count(said) == 1
