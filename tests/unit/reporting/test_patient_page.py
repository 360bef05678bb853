"""A patient's page: what it shows is what was derived, and it needs no network."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from equipoise.adam.derive import derive
from equipoise.adam.explain.patient import patient
from equipoise.adam.explain.trace import explain
from equipoise.adam.model import ADaM
from equipoise.adam.study import cut_at
from equipoise.cli import application
from equipoise.errors import InputError
from equipoise.reporting.figures.timeline import _scale, timeline
from equipoise.reporting.figures.tumor_curve import Scale, progression_line
from equipoise.reporting.patient import patient_page, render_patient
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.read.write import write_xpt
from support import onco, virtual
from support.street import day, derived, person, protocol, randomized, sdtm


@cache
def netter() -> ADaM:
    return derive(cut_at(virtual.virtual_sdtm(), look="PFS final", protocol=virtual.netter()))


@cache
def example() -> ADaM:
    return derive(cut(onco.collected(), date=None, look="PFS final"), protocol=onco.protocol())


def test_the_page_shows_date_reason_and_records(tmp_path: Path) -> None:
    rows = netter().table("ADTTE").filter((pl.col("PARAMCD") == "PFS") & (pl.col("CNSR") == 0))
    row = rows.filter(pl.col("SRCDOM") == "ADRS").row(0, named=True)
    page = patient_page(netter(), "PFS", subject=row["USUBJID"], path=tmp_path / "p.html")
    text = page.read_text("utf-8")
    assert f"{row['ADT']:%-d %B %Y}, day {row['AVAL']}" in text
    assert f"PFS event, day {row['AVAL']}" in text
    for line in explain(netter(), "PFS", subject=row["USUBJID"]).below:
        assert line.place in text
    assert "A virtual patient. Nobody was treated" in text
    assert not re.search(r'(?:src|href)="?http|url\(', text)


def test_every_reading_dose_and_event_is_drawn() -> None:
    found = patient(netter(), "PFS", subject="0162")
    text = render_patient(netter(), found)
    assert text == render_patient(netter(), patient(netter(), "PFS", subject="0162"))
    readings = [r for r in found.readings if r["AVALC"]]
    assert text.count('class="chip"') == len(readings)
    assert text.count("<circle") == len(found.doses) + len(found.readings)
    assert len(found.readings) == len(readings) + 1
    snapshot = netter().snapshot.table("AE").filter(pl.col("USUBJID") == found.id)
    assert len(found.events) == snapshot.height


def test_each_number_leads_to_its_records() -> None:
    found = patient(netter(), "PFS", subject="0162")
    text = render_patient(netter(), found)
    tr = netter().snapshot.table("TR").filter(pl.col("USUBJID") == found.id)
    for n, row in enumerate(found.readings, start=1):
        assert f'href="#reading-{n}"' in text
        assert f'id="reading-{n}"' in text
        assert all(record.place in text for record in row["RECORDS"])
        sizes = [r.says for r in row["RECORDS"] if "TRTEST Tumor State" not in r.says]
        told = [float(s.partition("TRORRES ")[2].split(",")[0]) for s in sizes if "TRORRES" in s]
        assert sum(told) == row["SUM"]
    assert len(tr) > len(found.readings)
    for row in (*found.doses, *found.events):
        assert row["PLACE"].startswith(("EX row ", "AE row "))
        assert text.count(row["PLACE"]) >= 2  # on the picture and in the list


def test_a_cut_off_long_after_the_course_stands_at_the_edge() -> None:
    found = patient(netter(), "PFS", subject="0162")
    end = max(r["ADT"] for r in found.readings)
    near, far = end + dt.timedelta(days=30), end + dt.timedelta(days=4000)
    assert "Data cut-off</text>" in timeline(found, last=near)
    assert f"Data cut-off {far:%-d %b %Y} \N{RIGHTWARDS ARROW}</text>" in timeline(found, last=far)


def test_an_event_without_an_end_is_drawn_as_long_as_the_patient_was_followed() -> None:
    found = patient(netter(), "PFS", subject="0162")
    who = {**found.who, "DTHDT": None, "LSTALVDT": found.origin + dt.timedelta(days=40)}
    event = {**found.events[0], "ASTDT": found.origin, "AENDT": None}
    text = timeline(replace(found, who=who, events=(event,)))
    scale = _scale(replace(found, who=who, events=(event,)), None)
    width = scale.at_day(40) - scale.at_day(0)
    assert f'width="{width:.1f}"' in text
    assert "not ended" in text


def test_real_people_are_not_called_virtual() -> None:
    text = render_patient(example(), patient(example(), "RSD", subject="01-701-1118"))
    assert "irtual" not in text.partition("</style>")[2]
    assert "RSD counts from here" in text
    assert "PLACEBO" in text


def test_a_proportion_has_a_page() -> None:
    text = render_patient(netter(), patient(netter(), "ORR", subject="0001"))
    assert "Objective response of NETTER-1-0001" in text


def test_the_line_of_progression_is_the_higher_of_both_rules() -> None:
    assert progression_line(100) == 120  # 20% of 100 is 20 mm
    assert progression_line(20) == 25  # 20% of 20 is 4 mm: 5 mm count
    assert progression_line(25) == 30  # where both agree


def test_the_words_about_progression_meet_no_number() -> None:
    for name, subject in (("onco", "01-701-1028"), ("onco", "01-701-1118"), ("netter", "0162")):
        data = example() if name == "onco" else netter()
        text = timeline(patient(data, "PFS", subject=subject))
        said = re.search(r'x="([\d.]+)" y="([\d.]+)" class="rule"[^>]*>progression:', text)
        assert said is not None
        x, y = float(said[1]), float(said[2])
        for number in re.finditer(r'x="([\d.]+)" y="([\d.]+)" class="value"', text):
            px, py = float(number[1]), float(number[2])
            assert not (x - 10 < px < x + 190 and abs(y - py) < 9), (subject, number[0])


def test_what_lies_outside_the_axis_stands_at_its_edge() -> None:
    found = patient(example(), "PFS", subject="01-701-1118")
    scale = Scale(found.origin, -10, 90, 100, 200)
    assert [scale.at_day(d) for d in (-500, -10, 40, 90, 500)] == [100, 100, 150, 200, 200]


def test_unknown_words_are_input_errors() -> None:
    with pytest.raises(InputError, match="no subject"):
        patient(netter(), "PFS", subject="9999")
    with pytest.raises(InputError, match=r"estimand or endpoint \(PFS, OS, TTD, .*, ORR\)"):
        patient(netter(), "PSF", subject="0001")


def test_the_command_writes_a_page(tmp_path: Path) -> None:
    write_xpt(onco.collected().tables, tmp_path / "sdtm")
    protocol = (onco.FOLDER / "protocol.yaml").read_text("utf-8")
    (tmp_path / "protocol.yaml").write_text(protocol, "utf-8")
    run = CliRunner().invoke
    args = ["explain", str(tmp_path), "PFS", "--subject", "01-701-1133"]
    done = run(application(), [*args, "--html"])
    assert done.exit_code == 0, done.output
    assert "<svg" in Path(done.output.strip()).read_text("utf-8")
    told = run(application(), args)
    assert "Disease Progression on 2012-12-30" in told.output
    assert "tr.xpt row 541" in told.output


def test_what_was_imputed_and_what_was_corrected_is_said() -> None:
    rules = protocol(allocation={"strata": {"ECOG": ["0", "1"]}})
    qualifiers = [("ECOG", "0"), ("STRAT1R", "1")]
    supplement = [
        {"USUBJID": "S-1", "RDOMAIN": "DM", "QNAM": name, "QVAL": value}
        for name, value in qualifiers
    ]
    people = [person(DTHDTC="2020-05")]
    found = derived(sdtm(rules, DM=people, DS=[randomized()], SUPPDM=supplement))
    html = render_patient(found, patient(found, "OS", subject="S-1"))
    assert "1 May 2020 (day imputed)" in html
    assert "0 (randomized as 1)" in html
    assert "Overall survival: death on 1 May 2020, day 122" in html


def test_a_censored_time_says_why() -> None:
    rules = protocol(
        estimands={
            "OS": {
                "endpoint": "OS",
                "population": "ITT",
                "summary": "hazard ratio",
                "intercurrent events": {"withdrawal of consent": "hypothetical"},
            }
        }
    )
    left = {"DSDECOD": "WITHDRAWAL BY SUBJECT", "DSCAT": "DISPOSITION EVENT", "DSSTDTC": day(95)}
    ends = [randomized(), {"USUBJID": "S-1", **left}]
    found = derived(sdtm(rules, DM=[person(DTHDTC=day(200))], DS=ends))
    html = render_patient(found, patient(found, "OS", subject="S-1"))
    assert "censored on 4 April 2020, day 95. Last known alive: Withdrawal of consent" in html
    assert "Death on 2020-07-18 does not count" in html
