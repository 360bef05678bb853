"""Styles of SVG files, by hand: which rule holds, what is inherited, what a variable stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.evidence.figures.css import declarations, rules_of
from equipoise.evidence.figures.svg import read_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" {more}><style>{sheet}</style>{body}</svg>'
LINE = '<path d="M0 0H5" {more}/>'


def drawn(tmp_path: Path, sheet: str, body: str, more: str = ""):
    path = tmp_path / "one.svg"
    path.write_text(HEAD.format(sheet=sheet, body=body, more=more))
    return read_svg(path)


def strokes(tmp_path: Path, sheet: str, body: str, more: str = ""):
    return [(line.color, line.dashed) for line in drawn(tmp_path, sheet, body, more).lines]


@pytest.mark.parametrize(
    ("sheet", "more", "color"),
    [
        ("path { stroke: red }", "", "#ff0000"),
        (".a { stroke: red } path { stroke: blue }", 'class="b a"', "#ff0000"),
        ("#k { stroke: red } path.a { stroke: blue }", 'class="a" id="k"', "#ff0000"),
        ("path { stroke: blue } path { stroke: red }", "", "#ff0000"),
        ("path { stroke: red }", 'stroke="blue"', "#ff0000"),
        ("path { stroke: blue }", 'style="stroke: red"', "#ff0000"),
        ("svg g .a, line { stroke: red }", 'class="a"', "#ff0000"),
        ("g > path { stroke: blue } * { stroke: red }", "", "#ff0000"),
        ("/* path { stroke: blue } */ path { stroke: rgb(255, 0, 0) }", "", "#ff0000"),
        ("@media print { path { stroke: blue } } path { stroke: #f00 }", "", "#ff0000"),
        (":root { --a: red } path { stroke: var(--a) }", "", "#ff0000"),
        ("path { stroke: var(--none, red) }", "", "#ff0000"),
        (":root { --a: var(--b); --b: red } path { stroke: var(--a, blue) }", "", "#ff0000"),
        ("path { color: red; stroke: currentColor }", "", "#ff0000"),
        ("g { color: red } path { stroke: currentColor }", "", "#ff0000"),
        ("g { stroke: red }", "", "#ff0000"),
        ("path { stroke: red !important }", "", "#ff0000"),
    ],
)
def test_which_rule_holds(tmp_path, sheet, more, color):
    body = f"<g>{LINE.format(more=more)}</g>"
    assert strokes(tmp_path, sheet, body) == [(color, False)]


def test_what_is_not_drawn(tmp_path):
    body = "".join(LINE.format(more=f'class="{c}"') for c in "abcd")
    sheet = ".a { stroke: none } .b { display: none; stroke: red } .c { stroke: red; \
        visibility: hidden } .d { stroke: red; stroke-dasharray: 2 3 }"
    assert strokes(tmp_path, sheet, body) == [("#ff0000", True)]


def test_a_variable_that_leads_to_itself_ends(tmp_path):
    sheet = "path { stroke: var(--a) } :root { --a: var(--a) }"
    assert len(strokes(tmp_path, sheet, LINE.format(more=""))) == 1


def test_words_have_their_color_and_their_lines(tmp_path):
    text = (
        '<text class="n"><tspan x="1" y="2">Arm</tspan><tspan x="1" y="9">one</tspan></text>'
        '<text x="3" y="4">84 <a>(3)</a></text><!-- made by hand --><g>{}</g>'
    ).format(LINE.format(more='stroke="red"'))
    found = drawn(tmp_path, "text { fill: var(--ink, blue) } .n { fill: red }", text)
    assert [(w.x, w.y, w.text, w.color) for w in found.words] == [
        (1, -2, "Arm", "#ff0000"),
        (1, -9, "one", "#ff0000"),
        (3, -4, "84 (3)", "#0000ff"),
    ]
    assert len(found.lines) == 1


def test_declarations_by_hand():
    assert declarations("stroke: red; fill:none;;x") == {"stroke": "red", "fill": "none"}
    (rule,) = rules_of(["a b.c#d { x: y }"])
    assert rule.weight == (1, 1, 2)
