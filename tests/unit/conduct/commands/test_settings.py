"""What a protocol says of its conduct is what the commands do."""

import datetime as dt

import pytest

from equipoise.conduct.commands.model import RefusedError
from equipoise.meaning.check import read_text
from support.conducted import SMALL, live

EVENT = {"term": "Sepsis", "start": "2026-01-05", "serious": True}


def conducted(folder, said, *, subjects=2, sites=("A", "B")):
    text = SMALL.replace("SUBJECTS", str(subjects)).replace("METHOD", "blocks: 2")
    text = text.replace("MASKING", "open label") + f"conduct: {said}\n"
    return live("sqlite", folder, protocol=read_text(text), sites=sites)


def refused(trial, site, **answers):
    subject = trial.screened(site, **answers)
    with pytest.raises(RefusedError) as found:
        trial.do("carl", "randomize", subject=subject)
    return found.value.reasons


def test_a_site_randomizes_no_more_than_any_may(tmp_path):
    trial = conducted(tmp_path, "{sites: {per site: 1}}", subjects=2)
    trial.randomized("A")
    assert refused(trial, "A") == ("the site has randomized 1, the most it may",)
    trial.randomized("B")


def test_a_stratum_holds_no_more_than_it_may(tmp_path):
    trial = conducted(tmp_path, "{sites: {per stratum: 2}}", subjects=8)
    for _ in range(2):
        trial.randomized("A", SEX="F")
    assert refused(trial, "A", SEX="F") == ("the stratum holds 2, the most it may",)
    trial.randomized("A", SEX="M")


def test_recruiting_stops_where_the_protocol_says(tmp_path):
    trial = conducted(tmp_path, "{stop recruiting at: 3}", subjects=2)
    for _ in range(3):
        trial.randomized("A")
    assert refused(trial, "A") == ("the trial has randomized 3, all that it wanted",)


@pytest.mark.parametrize(
    ("said", "due"),
    [("{sae: {report within: 12 hours}}", 12), ("{sae: {report within: 2 days}}", 48),
     ("{languages: en}", 24)],
)  # fmt: skip
def test_the_clock_of_a_serious_event_is_the_protocols(tmp_path, said, due):
    trial = conducted(tmp_path, said)
    subject = trial.screened("A")
    rows = {"subject": subject, "key": "adverse event", "rows": [EVENT]}
    (form,) = trial.do("carl", "submit form", **rows)["forms"]
    aware = trial.clock.now
    told = trial.do("carl", "report SAE", form=form, aware_at=aware.isoformat())["due"]
    assert dt.datetime.fromisoformat(told) - aware == dt.timedelta(hours=due)


def test_sites_and_subjects_are_named_by_their_patterns(tmp_path):
    said = (
        '{sites: {at most: 3, identifier: "{country}-{number:02}", subject: "{site}/{number:04}"}}'
    )
    trial = conducted(tmp_path, said, sites=("DE-01", "FR-02"))
    with pytest.raises(RefusedError, match="no name of a site; expected"):
        trial.do("spike", "open site", site="Berlin")
    for country in ("IT", "ITALY", "ita"):
        with pytest.raises(RefusedError, match=f"'{country}' is no country"):
            trial.do("spike", "open site", site="IT-03", country=country)
    trial.do("spike", "open site", site="IT-03", country="ITA")
    with pytest.raises(RefusedError, match="the trial has 3 sites, the most it may"):
        trial.do("spike", "open site", site="IT-04")
    assert trial.do("carl", "screen", site="FR-02")["subject"] == "FR-02/0001"
