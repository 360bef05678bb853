"""Checklists: an item is met where an address answers it, and only then."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from equipoise.errors import InputError
from equipoise.reporting.checklists.filled import filled_from, spirit_filled
from equipoise.reporting.checklists.items import CONSORT, HARMS_TOPICS
from equipoise.reporting.html import render
from support.command import command
from support.looks import netter_results
from support.street import EXAMPLES, built_pilot, pilot_results
from support.virtual import netter


@cache
def page(name: str) -> str:
    return render(netter_results() if name == "netter" else pilot_results())


def ids(html: str) -> list[str]:
    return re.findall(r"""\sid=["']?([\w.-]+)""", html)


def unmet(html: str, of: str = "consort") -> set[str]:
    return {item.number for item in filled_from(html, of) if not item.met}


def test_thirty_items_in_order() -> None:
    numbers = [item.number for item in CONSORT]
    assert {int(re.sub(r"\D", "", n)) for n in numbers} == set(range(1, 31))
    assert numbers == sorted(numbers, key=lambda n: (int(re.sub(r"\D", "", n)), n))
    assert len({item.number for item in HARMS_TOPICS}) == len(HARMS_TOPICS) == 17
    assert list(dict.fromkeys(re.sub(r"\D", "", i.number) for i in HARMS_TOPICS)) == [
        str(n) for n in range(1, 11)
    ]


@pytest.mark.parametrize("name", ["netter", "pilot"])
def test_every_address_is_there_and_stands_once(name: str) -> None:
    found = ids(page(name))
    assert len(found) == len(set(found))
    for of in ("consort", "harms"):
        met = [item for item in filled_from(page(name), of) if item.met]
        assert len(met) >= 12
        assert {item.anchor for item in met} <= set(found)
    links = set(re.findall(r"<td><a href=#([\w.-]+)>#", page(name)))
    assert links
    assert links <= set(found)


def test_without_the_flow_two_items_are_unmet() -> None:
    html = page("netter")
    assert not {"22a", "22b"} & unmet(html)
    without = re.sub(r'<figure id="flow-figure">.*?</figure>', "", html, flags=re.DOTALL)
    assert len(without) < len(html)
    assert unmet(without) - unmet(html) == {"22a", "22b"}


def test_what_only_authors_can_write_is_not_found_until_they_say_where() -> None:
    assert {"6", "29", "30"} <= unmet(page("netter"))
    said = {"checklist.consort.30": "manuscript, page 9"}
    (item,) = [i for i in filled_from(page("netter"), "consort", said) if i.number == "30"]
    assert (item.met, item.place) == (True, "manuscript, page 9")


def test_peoples_texts_are_in_the_report() -> None:
    said = {"abstract.background": "Little was known.", "checklist.consort.30": "page 9 & 10"}
    html = render(pilot_results(), text=said)
    assert "<p>Little was known.</p>" in html
    assert "<td>limitations<td>page 9 &amp; 10" in html
    assert 'class=unwritten data-key="abstract.background"' not in html


def test_the_page_counts_what_it_answers() -> None:
    met = sum(item.met for item in filled_from(page("netter"), "consort"))
    assert f"CONSORT 2025: {met} of {len(CONSORT)} items are answered here" in page("netter")


def test_spirit_is_answered_by_the_protocols_document() -> None:
    met = {item.number: item.met for item in spirit_filled(netter())}
    assert (met["27a"], met["14a"], met["9a"], met["32a"]) == (True, True, False, False)
    written = {"protocol.background": "Why."}
    met = {item.number: item.met for item in spirit_filled(netter(), written)}
    assert met["9a"]


def test_the_command(tmp_path: Path) -> None:
    done = command("checklist", built_pilot(), "--of", "consort")
    assert done.code == 0, done.err
    assert re.search(r"\d+ of 42 items are answered in report\.html\.", done.out)
    assert re.search(r"^22a +numbers allocated, treated and analyzed +#flow-figure", done.out, re.M)
    assert re.search(r"^8 +patient and public involvement +not found", done.out, re.M)
    file = tmp_path / "r.html"
    html = page("pilot")
    file.write_text(re.sub(r'<figure id="flow-figure">.*?</figure>', "", html, flags=re.S), "utf-8")
    done = command("checklist", file, "--of", "consort")
    assert re.search(r"^22a .* not found", done.out, re.M)
    netter_file = EXAMPLES / "netter1" / "protocol.yaml"
    assert (
        "SPIRIT 2025 checklist: NETTER-1" in command("checklist", netter_file, "--of", "spirit").out
    )


def test_what_is_no_report_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>hello", "utf-8")
    done = command("checklist", tmp_path / "a.html", "--of", "harms")
    assert (done.code, "expected a report that" in done.err) == (1, True)
    done = command("checklist", tmp_path / "b.html", "--of", "harms")
    assert (done.code, "there is no such file" in done.err) == (1, True)
    with pytest.raises(InputError, match='of: found "consrt", expected consort, harms, spirit'):
        filled_from("", "consrt")
