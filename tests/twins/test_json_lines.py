"""The reader of usual JSON finds what YAML's reader finds, or leaves the text to it."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from equipoise.protocol.language import lines
from equipoise.protocol.language.json_lines import DEEPEST_JSON, json_tree
from equipoise.protocol.read.resolve import resolve, to_json
from support.roads import plan_of
from support.spec import VALID
from support.virtual import netter

AS_WRITTEN = [
    resolve(netter()),
    plan_of(3),
    json.loads(VALID[0].with_suffix(".resolved.json").read_text("utf-8")),
]
KINDS = [{}, {"indent": 1}, {"indent": 2, "ensure_ascii": False}, {"separators": (",", ": ")}]
UNUSUAL = {
    "a key twice": '{"a": 1, "a": 2}',
    "a key twice, once escaped": '{"a": 1, "\\u0061": 2}',
    "a merge key": '{"<<": {"a": "b"}}',
    "no blank after a key": '{"a":1}',
    "a bare word": '{"a": b}',
    "a bare key": "{a: 1}",
    "a comma too many": '{"a": [1,]}',
    "a comma too few": '{"a": 1 "b": 2}',
    "a comment": '{"a": 1} # b',
    "something after it": '{"a": 1}\n---\n{"b": 2}',
    "a tab": '{\t"a": 1}',
    "a break in a text": '{"a": "b\nc"}',
    "an escape that JSON has not": '{"a": "\\x41"}',
    "a pair of surrogates": '{"a": "\\ud83d\\ude00"}',
    "a character that YAML refuses": '{"a": "\x07"}',
    "a character that breaks lines": '{"a": "b\x85c\u2028d"}',
    "a key too long for YAML": f'{{"{"k" * 1100}": 1}}',
    "too deep": '{"a": ' + "[" * (DEEPEST_JSON + 1) + "]" * (DEEPEST_JSON + 1) + "}",
    "its end missing": '{"a": [1',
    "a list": "[1, 2]",
    "nothing": "",
}

texts = st.text(st.characters(codec="utf-8", max_codepoint=0x20FF), max_size=12) | st.sampled_from(
    ["", "null", "- a", "# b", "a: b", "'", " "]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def by_yaml(text, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(lines, "json_tree", lambda text: None)
        return lines.parse_lines(text, file="x")


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("number", range(len(AS_WRITTEN)))
def test_what_programs_write_is_read_at_once(monkeypatch, number, kind):
    text = json.dumps(AS_WRITTEN[number], **kind)
    found = json_tree(text)
    assert found is not None
    assert lines.Tree(*found) == by_yaml(text, monkeypatch)


def test_the_resolved_form_is_read_at_once():
    assert json_tree(to_json(resolve(netter()))) is not None


@given(st.dictionaries(texts, values, max_size=5), st.sampled_from(KINDS))
@example({"a": 'b"\\\n\t\x00/', "\\": "\x7f\xa0\ufeff"}, {})
def test_the_same_as_by_yaml(whole, kind):
    text = json.dumps(whole, **kind)
    found = json_tree(text)
    if found is not None:
        with pytest.MonkeyPatch.context() as patch:
            assert lines.Tree(*found) == by_yaml(text, patch)


@pytest.mark.parametrize("text", UNUSUAL.values(), ids=UNUSUAL)
def test_what_is_unusual_is_left_to_yaml(text):
    assert json_tree(text) is None
