"""One thing set to another value, and what cannot be."""

import pytest

from equipoise.errors import InputError
from equipoise.meaning.check import read_text, with_truth
from equipoise.meaning.variation.scenario import varied
from equipoise.protocol import resolve, resolve_truth
from equipoise.protocol.model import Hazard, altered
from equipoise.protocol.read.resolve import to_json
from support.roads import TRUTH, variant
from support.virtual import netter

WORKS, NOT = "as reported", "nothing works"


def of(name, value, truth=NOT):
    return varied(netter(), truth=truth, name=name, value=value)


def test_subjects_accrual_and_dropout_are_those_of_the_truth():
    assert of("subjects", "180").truth[NOT].patients == 180
    found = of("accrual lasts", "12 months", WORKS).truth[WORKS].accrual
    assert str(found.lasts) == "12 months"
    assert str(found.start) == "2012-09-06"
    assert found.rates == ()
    assert of("dropout", "10%").truth[NOT].dropout == {"all": 0.1}
    assert of("dropout.lutate", "10%", WORKS).truth[WORKS].dropout == {
        "lutate": 0.1,
        "octreotide": 0.1,
    }


def test_blocks_are_those_of_the_allocation():
    assert of("blocks", "2/4").allocation.blocks == (2, 4)


def test_a_hazard_ratio_is_given_to_each_event_of_an_endpoint():
    truth = of("PFS.hazard ratio", "14/30").truth[NOT]
    for time in (truth.progression, truth.death):
        assert time.arms["lutate"] == Hazard(hazard_ratio=14 / 30)
        assert str(time.arms["octreotide"].median) in ("14 months", "32 months")
    alone = of("progression.hazard ratio", "0.5").truth[NOT]
    assert alone.death == netter().truth[NOT].death


def test_an_effect_is_a_sentence():
    text = "hazard ratio 1.3 until 3 months, then 0.5"
    found = of("PFS.effect", text).truth[NOT].progression.arms["lutate"]
    assert found == Hazard.model_validate(text)


def test_events_move_the_last_look_and_those_before_it_with_it():
    looks = of("OS.events", "79").design.hypotheses["OS"].looks
    assert [look.events for look in looks.values()] == [None, 79]
    plan = variant(3)  # looks at 8 and 15 deaths
    moved = varied(plan, truth=TRUTH, name="OS.events", value="30").design.hypotheses["OS"].looks
    assert [look.events for look in moved.values()] == [16, 30]


def test_looks_are_shares_of_the_planned_events():
    looks = of("PFS.looks", "50%/100%").design.hypotheses["PFS"].looks
    assert {k: look.events for k, look in looks.items()} == {"at 50%": 37, "final": 74}


def test_a_path_leads_into_the_truth():
    arms = of("progression.lutate.median", "20 months", WORKS).truth[WORKS].progression.arms
    assert arms["lutate"] == Hazard.model_validate("median 20 months")
    arms = of("progression.arms.lutate", "hazard ratio 0.5 after 2 months").truth[NOT].progression
    assert arms.arms["lutate"].after is not None
    assert of("death.correlation", "0.7", WORKS).truth[WORKS].death.correlation == 0.7
    assert of("response.lutate", "30%").truth[NOT].response == {"lutate": 0.3}
    assert str(of("follow up", "24 months").truth[NOT].follow_up) == "24 months"


def test_nothing_else_is_moved():
    before, after = netter(), of("subjects", "180")
    assert after.truth[WORKS] == before.truth[WORKS]
    assert altered(after, truth=before.truth) == before


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("weather", "fine", 'cannot vary "weather"; expected one of: truth, subjects, '),
        ("subject", "100", "did you mean subjects"),
        ("subjects", "many", '"many" is too small or no number; expected a whole number above 0'),
        ("subjects", "0", "expected a whole number above 0"),
        ("dropout", "120%", "expected 0 to 1, or 0% to 100%"),
        ("dropout", "100%", "expected 0% or more and below 100%"),
        ("accrual lasts", "18", "expected"),
        ("accrual lasts", "0 days", "expected more than 0 days"),
        ("blocks", "3", "does not hold the ratio 1:1; expected multiples of 2"),
        ("PFS.hazard ratio", "zero", '"zero" is no number'),
        ("PFS.hazard ratio", "0", "expected a number above 0"),
        ("PFX.hazard ratio", "0.5", "nothing is said about PFX.*did you mean PFS"),
        ("PFS.effect", "strong", '"strong" is no time to event; expected a median'),
        ("PFS.looks", "80%/60%", "expected rising shares that end in 100%"),
        ("OX.looks", "50%/100%", 'no hypothesis is called "OX"; there are PFS, OS'),
        ("progression.lutat.median", "9 months", 'there is no "lutat".*did you mean lutate'),
        ("progression.lutate.mean", "9 months", 'there is no "mean"; expected one of: median'),
        ("progression.lutate.median", "long", '"long" is no duration'),
        ("death.correlation", "much", '"much" is no number'),
        ("scans missed", "5%", "cannot vary"),
    ],
)
def test_what_cannot_be_varied_is_named(name, value, says):
    with pytest.raises(InputError, match=says):
        of(name, value)


def test_a_hypothesis_looked_at_by_date_has_no_events_to_vary():
    with pytest.raises(InputError, match="the last look of OS is not at a number of events"):
        varied(variant(4), truth=TRUTH, name="OS.events", value="30")


def test_scenarios_go_with_the_truth_and_change_no_digest():
    blinded = resolve(netter())
    assert "scenarios" not in blinded
    again = read_text(to_json(blinded))
    assert again.scenarios == {}
    assert again.digest == netter().digest
    whole = with_truth(again, resolve_truth(netter()))
    assert whole.scenarios == netter().scenarios
    assert whole.truth == netter().truth
