"""A trial in which death competes with relapse."""

import numpy as np
import pytest

from equipoise.analysis.survival import hazard_ratio, logrank
from equipoise.analysis.survival.curves.competing import cumulative_incidence, gray_test
from equipoise.analysis.survival.regression.finegray import fine_gray
from equipoise.errors import InputError
from equipoise.units import parse_duration
from support.answers import TIME, adam, answer, one, people, protocol, times, value

ADSL = people(90)
ADTTE = times(ADSL)
TIMES = ADTTE["AVAL"].to_numpy()
SAID = ADTTE["EVNTDESC"].fill_null("").to_numpy()
CAUSE = np.where(SAID == "Relapse", 1, np.where(SAID == "Death", 2, 0)).astype(np.int32)
ARM = (ADSL["TRT01P"].to_numpy() == "new").astype(int)
STRATUM = (ADSL["CENTER"].to_numpy() == "B").astype(int)
PAIR = {"comparison": "new v old"}


def rows(**estimand):
    options = {"competing": "death", **estimand.pop("options", {})}
    rules = protocol(TIME, {"options": options, **estimand})
    return answer(adam(rules, ADSL=ADSL, ADTTE=ADTTE))


def test_both_kinds_of_events_are_there():
    assert (CAUSE == 1).sum() > 10
    assert (CAUSE == 2).sum() > 10


def test_competing_events_are_counted_apart():
    found = rows(test="log-rank")
    assert value(found, "events", group="new") == (CAUSE[ARM == 1] == 1).sum()
    assert value(found, "competing events", group="new") == (CAUSE[ARM == 1] == 2).sum()


def test_incidence_test_and_models():
    found = rows(test="stratified Gray", estimator=[
        "Aalen-Johansen", "Gray", "Fine-Gray", "cause-specific Cox"],
        at="6 months", options={"variance": "aalen"})  # fmt: skip
    at = parse_duration("6 months").days
    mine = ARM == 1
    for of, term in ((1, ""), (2, "competing")):
        curve = cumulative_incidence(TIMES[mine], CAUSE[mine], of=of, variance="aalen")
        expected = curve.at([at])
        place = {"group": "new", "at": at, "term": term}
        assert value(found, "cumulative incidence", **place) == expected.estimate[0]
        assert value(found, "cumulative incidence upper limit", **place) == expected.upper[0]
    for name, block in (("Gray", None), ("stratified Gray", STRATUM)):
        expected = gray_test(TIMES, CAUSE, ARM, block)
        assert value(found, "p", method=name, **PAIR) == expected.p
    fit = fine_gray(TIMES, CAUSE, ARM)
    assert value(found, "subdistribution hazard ratio", **PAIR) == fit.hr[0]
    expected = hazard_ratio(TIMES, CAUSE == 1, ARM)
    assert value(found, "hazard ratio", method="cause-specific Cox", **PAIR) == expected.hr[0]


def test_other_methods_end_follow_up_at_a_competing_event_and_say_so():
    found = rows(test="log-rank")
    assert value(found, "p", **PAIR) == logrank(TIMES, CAUSE == 1, ARM).p
    assert one(found, "p", **PAIR).note == "follow-up ends at a competing event"


@pytest.mark.parametrize(
    ("competing", "said"),
    [("deth", "did you mean death"), (["relapse", "death"], "differ in words")],
)
def test_what_competes_must_be_one_of_several_event_sources(competing, said):
    with pytest.raises(InputError, match=said):
        rows(test="log-rank", options={"competing": competing})


def test_past_the_last_time_nothing_is_known():
    at = parse_duration("100 years").days
    found = rows(test="log-rank", estimator=["Aalen-Johansen"], at="100 years")
    row = one(found, "cumulative incidence", group="new", at=at, term="")
    assert row.value is None
    assert "not estimable: past the last time" in row.note
