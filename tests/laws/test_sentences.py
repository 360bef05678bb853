"""Every figure and claim of a plan's sentences is that of the plan's numbers."""

from __future__ import annotations

import re
from functools import cache

import pytest

from equipoise.calendar import months
from equipoise.design.monitor.model import Seen
from equipoise.design.monitor.monitor import monitor
from equipoise.design.plan import error_shared, sentences
from equipoise.design.plan.plan import plan
from equipoise.design.plan.sizes import sizes
from equipoise.errors import InputError, ProtocolError
from equipoise.meaning.check import read
from equipoise.protocol.write.amend import diff
from equipoise.reporting.documents.synopsis import synopsis
from support.mutants import plant
from support.spec import EXAMPLES, VALID
from support.told import of_each

HALF = 0.5  # of the last digit that is printed
SIZE = re.compile(
    r"([\d.]+)(?: expected)? (events|deaths|subjects) in (.+?) and (.+?) give ([\d.]+)% power "
    r"against .*?, at one-sided ([\d.]+)%(?:; ([\d.]+) are needed for ([\d.]+)%)?"
)
BOUND = re.compile(r"Z (-?[\d.]+), one-sided P (\d[\d.]*\d(?:e-\d+)?)")
MONTH = re.compile(r"expected at month ([\d.]+)")


def near(said: str, value: float) -> bool:
    """Whether a printed number is a value, rounded to the digits that it has."""
    mantissa, _, power = said.partition("e")
    digits = len(mantissa.partition(".")[2]) - int(power or 0)
    return abs(float(said) - value) <= HALF * 10.0**-digits * (1 + 1e-9)


@cache
def designs():
    """The shipped protocols and cases of the language that can be planned."""
    found = {}
    for file in (*EXAMPLES, *VALID):
        try:
            protocol = read(file)
            found[f"{file.parent.name}/{file.stem}"] = (protocol, plan(protocol))
        except (ProtocolError, InputError):
            continue
    return found


def paragraphs(design):
    """Hypothesis -> what is said of it."""
    words = design.in_words().split("\n\nInputs:")[0]
    return {h.name: next(p for p in words.split("\n\n") if f"({h.name}). " in p)
            for h in design.hypotheses}  # fmt: skip


def size_power_and_level(name):
    protocol, design = designs()[name]
    told = dict(zip([h.name for h in design.hypotheses], sizes(protocol), strict=True))
    for h in design.hypotheses:
        keys = (h.experimental, h.control)
        labels = tuple(protocol.arms[arm].label for arm in keys)
        for text, arms in ((paragraphs(design)[h.name], keys), (told[h.name], labels)):
            found = SIZE.search(text)
            assert (found is None) == (h.power is None)
            if found is None:
                continue
            amount, unit, experimental, control, power, alpha, needed, wanted = found.groups()
            assert near(amount, h.maximum)
            assert (unit, experimental, control) == (h.unit, *arms)
            assert near(power, 100 * h.power) or near(power, 100 * round(h.power, 3))
            assert near(alpha, 100 * h.alpha)
            assert (needed is None) == (h.planned_power is None or h.needed is None)
            if needed is not None:
                assert near(needed, h.needed)
                assert near(wanted, 100 * h.planned_power)


def bounds_and_days_of_looks(name):
    _, design = designs()[name]
    for h in design.hypotheses:
        text = re.sub(
            r" The amount is not fixed; .*?\.(?= [A-Z]|$)", "", paragraphs(design)[h.name]
        )
        text = re.sub(r"stop for futility at Z -?[\d.]+ or below", "", text)
        said = BOUND.findall(text)
        planned = [
            (z, p) for z, p in zip(h.bounds.upper, h.bounds.nominal_p, strict=True) if z is not None
        ]
        assert len(said) == len(planned)
        for (z, p), (upper, nominal) in zip(said, planned, strict=True):
            assert near(z, upper)
            assert near(p, nominal)
        days = [look.day.time for look in h.looks if look.day.time is not None]
        told = MONTH.findall(text)
        assert len(told) == len(days)
        assert all(near(m, months(d)) for m, d in zip(told, days, strict=True))
        never = [look for look in h.looks if look.day.time is None and h.course is not None]
        assert text.count("not expected before follow-up ends") == len(never)


def how_error_is_shared(name):
    protocol, design = designs()[name]
    text = design.in_words().split("\n\n")[0]
    whole = design.alpha / design.sides
    full = all(abs(h.alpha - whole) < 1e-12 for h in design.hypotheses)
    several = len(design.graph.names) > 1
    assert ("is tested at the full level" in text) == (
        several and design.multiplicity == "none" and full
    )
    for name_, level in re.findall(r"(?:split: |, )(\S+) at one-sided ([\d.]+)%", text):
        assert near(level, 100 * design[name_].alpha)
    if design.multiplicity == "graph" and several:
        arrows = re.findall(r"(?:rejected, |; )(.+?) passes (.+?)(?=;|\.$|\. )", text)
        rows = dict(zip(design.graph.names, design.graph.transitions, strict=True))
        assert len(arrows) == sum(any(row) for row in rows.values())
        for source, passed in arrows:
            found = {
                to: float(share) / 100
                for share, to in re.findall(r"([\d.]+)% to (.+?)(?= and \d|$)", passed)
            }
            expected = {to: g for to, g in zip(design.graph.names, rows[source]) if g}
            assert found == pytest.approx(expected, abs=5e-4)
        for hypothesis, arrow in protocol.design.graph.transitions.items():
            assert {to for to, share in arrow.items() if share} <= set(rows)
            assert hypothesis in rows


def synopsis_says_what_the_plan_says(name):
    protocol, design = designs()[name]
    sections = synopsis(protocol).sections
    text = " ".join(s for section in sections if section.heading == "Sample size"
                    for s in section.sentences)  # fmt: skip
    found = SIZE.findall(text)
    powered = [h for h in design.hypotheses if h.power is not None]
    assert len(found) == len(powered)
    assert all(near(f[0], h.maximum) for f, h in zip(found, powered, strict=True))
    assert "Power asked" not in text
    for h in design.hypotheses:
        own = protocol.design.hypotheses[h.name].alpha
        assert (f"{h.name} has " in text) == (own is not None)


def monitoring_says_the_bound_it_decides_by(name):
    _, design = designs()[name]
    for h in design.hypotheses:
        first = h.looks[0]
        found = monitor(design, {h.name: [Seen(first.name, first.amount, 0.0)]})
        one, text = found[h.name], found.in_words()
        said = re.search(
            r"The bound at one-sided ([\d.]+)% is Z (-?[\d.]+), one-sided P (\d[\d.]*\d(?:e-\d+)?)",
            text,
        )
        assert (said is None) == (one.bound is None)
        if said is not None:
            level, z, p = said.groups()
            assert near(level, 100 * one.level)
            assert near(z, one.bound)
            assert near(p, one.bound_p)
            assert one.bound == pytest.approx(h.bounds.upper[0], abs=0.01)


def test_a_claim_that_no_number_bears_out_is_found(monkeypatch):
    split = "valid/split_alpha"
    plant(monkeypatch, error_shared._apart, "< 1e-12", "< 1.0")
    with pytest.raises(AssertionError):
        how_error_is_shared(split)


def test_a_power_of_another_hypothesis_is_found(monkeypatch):
    plant(
        monkeypatch,
        sentences.size_in_words,
        "round(h.power, 3)",
        "round(h.planned_power, 3)",
    )
    with pytest.raises(AssertionError):
        size_power_and_level("netter1/protocol")


HOLES = re.compile(r"\(\)|\[\]|\{\}|, ,|,,|: ,|\( |\bNone\b|\bnan\b|\w \.(?:\s|$)|, \.")


def no_sentence_has_a_hole_in_it(name):
    protocol, design = designs()[name]
    told = [design.in_words(), *sizes(protocol)]
    told += [sentence for section in synopsis(protocol).sections for sentence in section.sentences]
    told += [f"{row.name}: {row.value}" for row in design.inputs]
    for text in told:
        assert not HOLES.findall(text), text


CHECKS = [
    size_power_and_level,
    bounds_and_days_of_looks,
    how_error_is_shared,
    synopsis_says_what_the_plan_says,
    monitoring_says_the_bound_it_decides_by,
    no_sentence_has_a_hole_in_it,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_of_every_design(check):
    of_each(check, sorted(designs()), at_least=20)


def test_no_sentence_between_designs_has_a_hole_in_it():
    protocols = [designs()[name][0] for name in sorted(designs())]
    for old, new in zip(protocols, [*protocols[1:], protocols[0]], strict=True):
        for change in diff(old, new):
            assert not HOLES.findall(change.sentence), change.sentence
