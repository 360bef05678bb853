"""Sentences are inverse; whatever is done to a file, the reader answers in findings."""

import copy
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.meaning.check import examine_text, read
from equipoise.protocol.language.wording import (
    format_dose_rule,
    format_hazard,
    format_look,
    format_regimen,
    format_visit,
    parse_dose_rule,
    parse_hazard,
    parse_look,
    parse_regimen,
    parse_visit,
)
from equipoise.protocol.read.resolve import to_json
from equipoise.protocol.write.amend import diff
from support.spec import EXAMPLES, VALID, plain_yaml

WORD = st.from_regex(r"[a-z][a-z0-9]{0,9}(-[a-z]{1,6})?", fullmatch=True)
COUNT = st.integers(2, 400).map(str)
SPAN = st.tuples(COUNT, st.sampled_from(["days", "weeks", "months"])).map(" ".join)
DOSE = st.tuples(COUNT, st.sampled_from(["mg", "GBq", "mg/m2"])).map(" ".join)


def _some(required, **optional):
    return st.fixed_dictionaries(required, optional=optional)


REGIMEN = _some(
    {"drug": WORD, "dose": DOSE, "route": st.sampled_from(["IV", "IM", "oral"])},
    every=SPAN,
    times=COUNT,
    until=SPAN.map("week ".__add__),
    start=SPAN,
)
VISIT = _some(
    {"every": SPAN}, start=SPAN, until=WORD, window=SPAN, do=st.lists(WORD, min_size=1, max_size=3)
)
LOOK = st.one_of(
    st.fixed_dictionaries({"events": COUNT}),
    st.fixed_dictionaries({"subjects": COUNT}),
    st.fixed_dictionaries({"at": SPAN}),
    st.fixed_dictionaries({"with": st.tuples(WORD, WORD).map(" ".join)}),
    st.fixed_dictionaries({"information": st.integers(1, 99).map("{}%".format)}),
)
RATIO = st.sampled_from(["0.5", "14/30", "1.2"])
HAZARD = st.one_of(
    st.fixed_dictionaries({"median": SPAN}),
    _some(
        {"hazard ratio": RATIO},
        after=SPAN,
        then=st.lists(
            st.fixed_dictionaries({"after": SPAN, "hazard ratio": RATIO}), min_size=1, max_size=3
        ),
    ),
)
DOSE_RULE = st.one_of(
    _some({"when": WORD, "hold until": WORD}, **{"then dose": DOSE}),
    st.fixed_dictionaries({"when": WORD, "then dose": DOSE}),
    st.fixed_dictionaries({"when": WORD, "stop": st.just("yes")}),
)


@given(REGIMEN)
def test_regimen(parts):
    assert parse_regimen(format_regimen(parts)) == parts


@given(VISIT)
def test_visit(parts):
    assert parse_visit(format_visit(parts)) == parts


@given(LOOK)
def test_look(parts):
    assert parse_look(format_look(parts)) == parts


@given(HAZARD)
def test_hazard(parts):
    assert parse_hazard(format_hazard(parts)) == parts


@given(DOSE_RULE)
def test_dose_rule(parts):
    assert parse_dose_rule(format_dose_rule(parts)) == parts


reading = cache(read)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(VALID), st.sampled_from(VALID))
def test_every_difference_has_a_sentence(old, new):
    changes = diff(reading(old), reading(new))
    assert bool(changes) == (reading(old).digest != reading(new).digest)
    for change in changes:
        assert change.sentence.endswith(".")
        assert "None" not in change.sentence


as_tree = cache(plain_yaml)
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from(
        [
            "",
            "x",
            "1",
            "-1",
            "NaN",
            "1e999",
            "50%",
            "[a]",
            "yes",
            "1e9/1e-9",
            "0:0",
            "-3 weeks",
            "9" * 5000,
            "((a" * 90,
            "0 days",
            "2030-02-30",
        ]
    ),
    st.lists(st.sampled_from(["x", "1"]), max_size=2),
    st.dictionaries(
        st.sampled_from(["x", "label", "arms"]), st.sampled_from(["x", "1"]), max_size=2
    ),
)


def _spots(node, path=()):
    yield path
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _spots(value, (*path, key))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from _spots(value, (*path, at))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_file_ever_gives_a_traceback(data):
    tree = copy.deepcopy(as_tree(data.draw(st.sampled_from((*VALID, *EXAMPLES)))))
    for _ in range(data.draw(st.integers(1, 2))):
        spot = data.draw(st.sampled_from([s for s in _spots(tree) if s]))
        parent = tree
        for part in spot[:-1]:
            parent = parent[part]
        if data.draw(st.booleans()):
            parent[spot[-1]] = data.draw(JUNK)
        else:
            del parent[spot[-1]]
    protocol, findings = examine_text(to_json(tree), file="damaged.json")
    assert protocol is not None or any(f.severity == "error" for f in findings)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_no_text_ever_gives_a_traceback(text):
    protocol, findings = examine_text(text, file="text.yaml")
    assert protocol is None
    assert findings
