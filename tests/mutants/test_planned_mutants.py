"""Planted bugs in what follows from assumptions: the numbers worked by hand turn red."""

from __future__ import annotations

from collections.abc import Callable
from math import log, sqrt
from typing import Any

import pytest

from equipoise.design.size import rates as size
from equipoise.meaning.check import read_text
from equipoise.meaning.expected import Steps
from equipoise.meaning.planned_truth import times, values
from equipoise.meaning.planned_truth.truth import AS_PLANNED
from equipoise.meaning.rates import assumed_hazard, hazard
from equipoise.patients import occurrences
from equipoise.patients.virtual_trial import live
from equipoise.patients.world import setting
from equipoise.protocol import Protocol
from equipoise.protocol.model import Truth
from equipoise.protocol.write.template import start

EVERY, MEDIAN = 56.0, 9 * 30.4375  # days of the template's scans and its assumed median


def truth(kind: str) -> Truth:
    return read_text(start(endpoint=kind)).truth[AS_PLANNED]


def progression() -> None:
    """By the first scan as many as are assumed half an interval later; then what is assumed."""
    found = truth("time to event").progression
    assert found is not None
    steps = hazard(found.arms["control"], None, "")
    assert steps.starts == pytest.approx((0.0, EVERY))
    assert steps.values == pytest.approx((log(2) / MEDIAN * 1.5, log(2) / MEDIAN))


def beside_death() -> None:
    """Death takes half of the hazard; the other half is seen late."""
    os = "  OS: {label: OS, type: time to event, event: [death], censor: [last known alive]}\n"
    assumed = "    treatment: hazard ratio 0.65"
    text = start(endpoint="time to event").replace("\nestimands:", f"{os}\nestimands:", 1)
    text = text.replace(
        assumed, f"{assumed}\n  OS: {{control: median 18 months, treatment: median 60 months}}"
    )
    found = read_text(text).truth[AS_PLANNED].progression
    assert found is not None
    steps = hazard(found.arms["control"], None, "")
    left = log(2) / (2 * MEDIAN)
    assert steps.values == pytest.approx((left * 1.5, left), rel=1e-5)


def change() -> None:
    assert truth("continuous").measures["SYSBP"].noise == pytest.approx(10 / sqrt(2))


def counts() -> None:
    """1.2 a year for about three years: k 0.5 adds m/2 times as much variance again."""
    protocol = read_text(start(endpoint="count", per_arm=1000))
    record = live(protocol, setting(protocol, truth=AS_PLANNED), seed=1)
    people = record.table("subjects").filter(arm="control")
    seen = record.table("events").group_by("subject").len()
    days = (people["ended"] - people["randomized"]).dt.total_days().to_numpy() + 1
    n = people.join(seen, on="subject", how="left", maintain_order="left")["len"].fill_null(0)
    expected = 1.2 * days / 365.25
    spread = ((n.to_numpy() - expected) ** 2 - expected).sum() / (expected**2).sum()
    assert spread == pytest.approx(0.5, abs=0.15)


def published() -> None:
    assert 1315 < size.size_rates(size.Rates(0.6, 0.51, 0.4), alpha=0.025, power=0.8) / 2 < 1316


def with_deaths_in_it(protocol: Protocol, key: str, deaths: Any, arm: str) -> Steps:
    return assumed_hazard(protocol, key, arm)


def raised_for_good(shown: Steps, *, first: float, ahead: float) -> Steps:
    """As if the delay of scans were a share of each time and not a part of an interval."""
    return shown.times(MEDIAN / (MEDIAN - ahead))


def no_frailty(who: Any, name: str, what: Any) -> Any:
    return RECURRENT(who, name, what.model_copy(update={"dispersion": 0.0}))


RECURRENT = occurrences._recurrent

BUGS: dict[str, tuple[Any, str, Any, Callable[[], None]]] = {
    "scans show progression at once": (times, "_unseen", lambda shown, **_: shown, progression),
    "the hazard is raised for good": (times, "_unseen", raised_for_good, progression),
    "deaths count twice": (times, "_left", with_deaths_in_it, beside_death),
    "noise of a change in each value": (values, "sqrt", lambda _: 1.0, change),
    "patients are alike": (occurrences, "_recurrent", no_frailty, counts),
    "dispersion is forgotten": (
        size,
        "rate_spread",
        lambda r, ratio: sqrt((1 / r.control + 1 / r.experimental / ratio) * (1 + ratio)),
        published,
    ),
}


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, attribute, wrong, law = BUGS[name]
    law()
    monkeypatch.setattr(owner, attribute, wrong)
    with pytest.raises(AssertionError):
        law()
