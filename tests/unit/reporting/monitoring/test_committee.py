"""The committee's two reports: no name in the closed one, no arm in the open one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.analysis.results import Results
from equipoise.errors import InputError
from equipoise.protocol.model import altered
from equipoise.reporting.monitoring.letters import lettered, letters_of
from equipoise.reporting.monitoring.report import monitor_report, stop_if_betrayed
from equipoise.reporting.monitoring.scan import secrets_of
from support.command import command
from support.dual import dual_interim
from support.street import pilot_results

KEY = bytes(range(32))


def written(tmp_path: Path, kind: str, results: Results | None = None, **options: object) -> str:
    path = tmp_path / f"{kind}.html"
    found = results or dual_interim()
    return monitor_report(found, path, kind=kind, key=KEY, **options).read_text("utf-8")  # type: ignore[arg-type]


def test_the_closed_report_has_page_one(tmp_path: Path) -> None:
    said = re.sub(r"<[^>]+>", "", written(tmp_path, "closed"))
    for words in (
        "360 of 360 randomized, 360 planned by now",
        "final, 280 events: 2022-04-14 (2022-02-06 to 2022-07-28); planned 2022-04-14",
        "Z 2.68, efficacy bound 3.04: continue",
        "Z 1.69, efficacy bound 2.97, futility bound 0.25 (non-binding): continue",
        "Conditional power under the trend 84.0%, as assumed 92.8%, without an effect 28.9%",
        "IA2, 195 events: with PFS final; planned ",
        "the data hold no adverse events",
    ):
        assert words in said, words


def test_the_closed_report_has_letters_for_arms(tmp_path: Path) -> None:
    page = written(tmp_path, "closed")
    for name in ("Placebo with chemotherapy", "New drug with chemotherapy", "chemo"):
        assert name not in page.replace("chemotherapy against", "")
    assert "Arm A" in page
    assert "Arm B" in page


def test_letters_are_decided_by_the_key() -> None:
    protocol = pilot_results().data.protocol
    drawn = {tuple(letters_of(protocol, bytes([n] * 32), virtual=False).items()) for n in range(40)}
    assert len(drawn) == 6  # of three arms, every order
    with pytest.raises(InputError, match="expected --key FILE"):
        letters_of(protocol, None, virtual=False)


def test_an_arm_keeps_its_numbers_under_its_letter() -> None:
    results = dual_interim()
    letters = letters_of(results.data.protocol, KEY, virtual=False)
    masked = lettered(results, letters)
    for arm, letter in letters.items():
        where = {"analysis": "PFS", "statistic": "events", "subgroup": ""}
        assert masked.value(group=letter, **where) == results.value(group=arm, **where)
    ratio = dict(zip(masked.data.protocol.arms, masked.data.protocol.allocation.ratios))
    assert {letters["chemo"]: 1, letters["new"]: 2} == ratio
    assert masked.data.protocol.control == letters["chemo"]


def test_the_open_report_has_no_row_of_an_arm(tmp_path: Path) -> None:
    page = written(tmp_path, "open")
    secrets = secrets_of(dual_interim())
    assert not {key for key in re.findall(r"r-[0-9a-f]{10}", page) if key in secrets.keys}
    assert "210 by the cut-off" in re.sub(r"<[^>]+>", "", page)
    assert "hazard ratio" not in page.lower()


@pytest.mark.parametrize(
    ("old", "planted", "told"),
    [
        ("<title>", "<title>New drug with chemotherapy, ", "title"),
        ('<meta name="description" content="', '<meta name="description" content="chemo ',
         "metadata description"),
        ("</style>", "svg .x { fill: #0f5c8c }</style>", "color of an arm, #0f5c8c"),
        ('class="seen"', 'class="seen a1"', "color of an arm"),
        ("<main>", "<main><!-- TRT01P=new -->", "comment"),
        ("<main>", '<main hidden="x" data-arm="new">', "attribute data-arm of main"),
        ("<main>", "<main><p>N=121</p>", "number of patients of an arm"),
        ("<main>", "<main><p>121 and 239 patients</p>", "number of patients of an arm"),
        ("<script>", "<script>// placebo with chemotherapy\n", "script"),
    ],
)  # fmt: skip
def test_whatever_gives_an_arm_away_stops_the_open_report(
    tmp_path: Path, old: str, planted: str, told: str
) -> None:
    page = written(tmp_path, "open")
    stop_if_betrayed(page, dual_interim())
    assert old in page
    with pytest.raises(InputError, match="gives an arm away and is not written") as stopped:
        stop_if_betrayed(page.replace(old, planted, 1), dual_interim())
    assert told in str(stopped.value)


def test_a_row_of_an_arm_stops_the_open_report(tmp_path: Path) -> None:
    page = written(tmp_path, "open")
    key = sorted(secrets_of(dual_interim()).keys)[0]
    with pytest.raises(InputError, match=f"row of an arm, {key}"):
        stop_if_betrayed(page.replace("<main>", f'<main><a href="#{key}">1</a>'), dual_interim())


def test_a_name_in_the_title_stops_it_and_nothing_is_written(tmp_path: Path) -> None:
    results = dual_interim()
    trial = results.data.protocol.trial.model_copy(update={"id": "NEW DRUG-1"})
    named = replace(results.data, protocol=altered(results.data.protocol, trial=trial))
    path = tmp_path / "open.html"
    with pytest.raises(InputError, match='title: "new drug"'):
        monitor_report(Results(results.rows, named), path, kind="open")
    assert not path.exists()


def test_a_characteristic_that_names_a_treatment_is_left_out_and_counted(tmp_path: Path) -> None:
    data = dual_interim().data
    report = data.protocol.report
    lines = tuple(
        one.model_copy(update={"label": "Smoking before chemotherapy"})
        if one.variable == "SMOKE"
        else one
        for one in report.baseline
    )
    changed = altered(data.protocol, report=report.model_copy(update={"baseline": lines}))
    page = written(tmp_path, "open", Results(dual_interim().rows, replace(data, protocol=changed)))
    assert "1 characteristics or levels" in page
    assert "former or current" not in page
    assert "Age, years" in page


def test_real_patients_need_a_key(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected --key FILE"):
        monitor_report(pilot_results(), tmp_path / "c.html", kind="closed")
    page = written(tmp_path, "closed", pilot_results())
    assert "Xanomeline" not in page
    assert "Placebo" not in page


def test_a_pdf_has_the_same_text(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra `pdf` is not installed")
    made = monitor_report(dual_interim(), tmp_path / "c.pdf", kind="closed", key=KEY, to="pdf")
    assert made.read_bytes().startswith(b"%PDF")
    assert monitor_report(dual_interim(), tmp_path / "o.pdf", kind="open", to="pdf").exists()


def test_the_command_reads_a_key_of_its_owner(tmp_path: Path) -> None:
    from support.street import built_pilot

    key = tmp_path / "key"
    key.write_text("ab" * 32 + "\n", "ascii")
    key.chmod(0o600)
    out = tmp_path / "closed.html"
    done = command("monitor-report", built_pilot(), "--closed", "--key", key, "-o", out)
    assert done.code == 0, done.err
    assert "Arm C" in out.read_text("utf-8")
    alone = command("monitor-report", built_pilot(), "--closed", "-o", tmp_path / "x.html")
    assert (alone.code, (tmp_path / "x.html").exists()) == (1, False)


STRANGE = (
    "<script>alert(1)</script> {\\rtf \\b #set page | $x$ @a \N{GRINNING FACE} "
    "\u0639\u0631\u0628\u064a " + "x" * 160
)


def strange() -> Results:
    """The pilot with labels that are code in some format, and long."""
    results = pilot_results()
    protocol = results.data.protocol
    estimands = {
        key: one.model_copy(update={"label": f"{STRANGE} {key}"})
        for key, one in protocol.estimands.items()
    }
    changed = altered(protocol, estimands=estimands)
    return Results(results.rows, replace(results.data, protocol=changed))


def test_labels_that_are_code_elsewhere_are_text(tmp_path: Path) -> None:
    page = written(tmp_path, "closed", strange())
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_labels_that_are_code_elsewhere_are_text_in_pdf(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra `pdf` is not installed")
    made = monitor_report(strange(), tmp_path / "s.pdf", kind="closed", key=KEY, to="pdf")
    assert made.read_bytes().startswith(b"%PDF")


def test_twelve_arms_have_twelve_letters() -> None:
    protocol = pilot_results().data.protocol
    arm = protocol.arms["low"]
    arms = {f"arm{i}": arm.model_copy(update={"label": f"Dose {i}"}) for i in range(12)}
    letters = letters_of(altered(protocol, arms=arms), KEY, virtual=False)
    assert sorted(letters.values()) == list("ABCDEFGHIJKL")


def test_the_committee_has_each_power_once(tmp_path: Path) -> None:
    """Power by the effect from now on is in the figure, not in the table of end points."""
    page = written(tmp_path, "closed")
    efficacy = page[page.index('id="table-efficacy"') : page.index('id="numbers"')]
    assert efficacy.count("Conditional power") == 6  # trend, assumption, null of two end points
