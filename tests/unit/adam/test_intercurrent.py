"""Strategies of intercurrent events, and the parameter codes that they ask for."""

from __future__ import annotations

from typing import Any

import pytest

from equipoise.adam.time.adtte import parameter_codes
from equipoise.adam.time.handling import NEVER_TOO_LATE, counted_until, handling, missed_count
from equipoise.errors import InputError
from equipoise.protocol import Protocol
from equipoise.protocol.model import IntercurrentEvent
from support.street import plan, protocol


def estimands(**handled: Any) -> Protocol:
    """One estimand of PFS per handling; the first is the primary one."""
    made = {
        key: {
            "endpoint": "PFS",
            "population": "ITT",
            "role": "sensitivity" if i else "primary",
            "summary": "hazard ratio",
            "intercurrent events": events,
        }
        for i, (key, events) in enumerate(handled.items())
    }
    return protocol(estimands={"PFS": made.pop("PFS", plan()["estimands"]["PFS"]), **made})


def sorted_out(events: dict[str, Any]) -> Any:
    found = estimands(PFS=events)
    return handling(found.estimands["PFS"], found.endpoints["PFS"], found)


def test_each_strategy_has_its_place() -> None:
    found = sorted_out(
        {
            "new anticancer therapy": "hypothetical",
            "treatment stopped": "treatment policy",
            "withdrawal of consent": "composite",
            "lost to follow-up": "while on treatment",
            "two missed assessments": "hypothetical",
            "death": "composite",
        }
    )
    assert [s.name for s in found.ending] == ["new anticancer therapy", "lost to follow-up"]
    assert [s.name for s in found.composite] == ["withdrawal of consent"]
    assert found.missed is not None
    assert found.missed.name == "two missed assessments"


def test_a_principal_stratum_is_refused() -> None:
    with pytest.raises(InputError, match="a principal stratum cannot be derived from dates"):
        sorted_out({"new anticancer therapy": "principal stratum"})
    with pytest.raises(InputError, match="a principal stratum cannot be derived from dates"):
        sorted_out({"death": "principal stratum"})


def test_its_own_words_go_before_the_built_in_ones() -> None:
    own = {"strategy": "hypothetical", "where": 'CMCAT = "SURGERY"', "says": "Surgery"}
    (source,) = sorted_out({"new anticancer therapy": own}).ending
    assert (source.from_, source.where, source.says) == ("CM", 'CMCAT = "SURGERY"', "Surgery")


@pytest.mark.parametrize(
    ("name", "missed", "count"),
    [
        ("one missed assessment", None, 1),
        ("two missed assessments", None, 2),
        ("three or more missed assessments", None, 3),
        ("4 missed assessments", None, 4),
        ("scans not done", 3, 3),
        ("new anticancer therapy", None, None),
    ],
)
def test_how_many_were_missed(name: str, missed: int | None, count: int | None) -> None:
    event = IntercurrentEvent(name=name, strategy="hypothetical", missed=missed)
    assert missed_count(event) == count


def test_one_code_for_one_handling() -> None:
    therapy = {"new anticancer therapy": "hypothetical"}
    found = estimands(PFS=therapy, again=therapy, whatever={}, policy={"death": "composite"})
    assert parameter_codes(found) == {
        "OS": "OS",
        "PFS": "PFS",
        "again": "PFS",
        "whatever": "PFS2",
        "policy": "PFS2",
    }


def test_another_number_of_missed_scans_is_another_handling() -> None:
    found = estimands(
        PFS={"missed": {"strategy": "hypothetical", "missed": "2"}},
        strict={"missed": {"strategy": "hypothetical", "missed": "1"}},
    )
    assert parameter_codes(found) == {"OS": "OS", "PFS": "PFS", "strict": "PFS2"}


def test_two_endpoints_never_share_a_code() -> None:
    endpoint = plan()["endpoints"]["PFS"]
    other = {"population": "ITT", "summary": "hazard ratio"}
    therapy = {"intercurrent events": {"new anticancer therapy": "hypothetical"}}
    found = protocol(
        endpoints={"PFS2": endpoint, "PROGRESSION A": endpoint, "PROGRESSION B": endpoint},
        estimands={
            "sensitivity": {"endpoint": "PFS", **other, **therapy},
            "second": {"endpoint": "PFS2", **other},
            "a": {"endpoint": "PROGRESSION A", **other},
            "b": {"endpoint": "PROGRESSION B", **other},
        },
    )
    codes = parameter_codes(found)
    assert codes["PFS"] == "PFS"
    assert codes["second"] == "PFS2"
    assert codes["sensitivity"] == "PFS3"
    assert (codes["a"], codes["b"]) == ("PROGRESS", "PROGRES2")


def test_an_event_counts_until_so_many_planned_scans_are_over() -> None:
    """Scans on days 85, 169, 253 and no later, each a week early or late; two may be missed."""
    visits = {
        **plan()["visits"],
        "scan": {"epoch": "treatment", "every": "12 weeks", "start": "12 weeks", "window": "1 week",
                 "until": "week 36", "do": ["tumor assessment"]},
    }  # fmt: skip
    made = protocol(visits=visits)
    missed = IntercurrentEvent(name="two missed assessments", strategy="hypothetical")
    until = counted_until(missed, made.endpoints["PFS"], made, days=400)
    assert len(until) == 402
    assert set(until[0:43]) == {169 + 7}  # randomization, or a scan nearer to it than to day 85
    assert set(until[43:127]) == {253 + 7}  # nearest to day 85
    assert set(until[127:]) == {NEVER_TOO_LATE}  # two more are never planned
