"""Reports in a browser: axe finds nothing, a telephone is wide enough, no heading ends a page."""

from __future__ import annotations

import html
import json
import re
import shutil

import pytest

from equipoise.reporting.html import render
from equipoise.reporting.monitoring.report import monitor_report
from support.dual import dual_interim
from support.looks import netter_results
from support.printed import pages_of

WIDTHS, LIGHT, DARK = (1280, 390), "light", "dark"
ASKED = "how => axe.run(how).then(r => r.violations.map(v => v.id))"
OF_COLORS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What dark colors can break; the rest was looked over in light."""
HOW = {LIGHT: {"resultTypes": ["violations"]}, DARK: OF_COLORS}
HEADS = re.compile(r"<(h2|h3|caption)\b[^>]*>(.*?)</\1>", re.DOTALL)
NAMES = ("report", "closed")
# Words in a drawing, in pixels as they are seen.
DRAWN = """() => [...document.querySelectorAll("svg text")].filter(
  (one) => one.getClientRects().length && one.textContent.trim()
).map((one) => [
  parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a, one.textContent
])"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    (folder / "report.html").write_text(render(netter_results()), "utf-8")
    monitor_report(dual_interim(), folder / "closed.html", kind="closed", key=bytes(range(32)))
    return {name: folder / f"{name}.html" for name in NAMES}


def opened(chromium, path, **look):
    page = chromium.new_context(bypass_csp=True, **look).new_page()
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    return page


def ends(chromium, path, without=""):
    """The last line of each page that is printed; without a part of the style."""
    page = opened(chromium, path)
    if without:
        page.evaluate(
            "w => document.querySelectorAll('style').forEach("
            "s => { s.textContent = s.textContent.replaceAll(w, '') })",
            without,
        )
    printed = path.with_suffix(".pdf")
    page.pdf(path=str(printed), format="A4", prefer_css_page_size=True)
    page.context.close()
    lines = ([x.strip() for x in text.splitlines() if x.strip()] for text in pages_of(printed))
    return [line[-2] for line in lines]


def headings(path):
    found = (re.sub(r"<[^>]+>", "", text) for _, text in HEADS.findall(path.read_text("utf-8")))
    return {" ".join(html.unescape(text).split()).removesuffix(" #") for text in found}


@pytest.mark.parametrize("name", NAMES)
def test_a_report_in_every_view(chromium, axe, files, name):
    page = opened(chromium, files[name])
    page.evaluate(axe)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        for scheme, how in HOW.items():
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate(ASKED, how)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert (found, wide) == ([], width), (scheme, json.dumps(found))
    page.context.close()


def test_dark_colors_that_cannot_be_read_are_seen(chromium, axe, files):
    """Planted: a heading as dark as what it stands on, where colors are dark."""
    page = opened(chromium, files["closed"], color_scheme=DARK)
    page.evaluate(axe)
    page.evaluate("document.querySelector('h2').style.color = '#222'")
    assert page.evaluate(ASKED, OF_COLORS) == ["color-contrast"]
    page.context.close()


def small(page):
    """Words of the drawings that are less than 12 pixels high."""
    return [text for size, text in page.evaluate(DRAWN) if size < 11.9]


@pytest.mark.parametrize("name", NAMES)
def test_a_telephone_shows_the_words_of_a_figure_at_twelve_pixels(chromium, files, name):
    page = opened(chromium, files[name], viewport={"width": 390, "height": 844})
    found = small(page), len(page.evaluate(DRAWN))
    page.context.close()
    assert found[0] == []
    assert found[1] > 10


def test_a_drawing_for_the_desk_is_too_small_on_a_telephone(chromium, files):
    """Planted: the drawing of the desk is shown on the telephone."""
    page = opened(chromium, files["report"], viewport={"width": 390, "height": 844})
    page.evaluate(
        "document.querySelectorAll('.wide-only').forEach(one => one.classList.remove('wide-only'))"
    )
    found = small(page)
    page.context.close()
    assert found


def test_a_long_line_of_code_is_scrolled_and_the_page_is_not(chromium, files):
    """Planted: the line is not scrolled."""
    page = opened(chromium, files["report"], viewport={"width": 390, "height": 844})
    page.evaluate("document.querySelectorAll('pre').forEach(p => { p.style.overflow = 'visible' })")
    assert page.evaluate("document.documentElement.scrollWidth") > 390
    page.context.close()


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="skipped: there is no pdftotext")
@pytest.mark.parametrize("name", NAMES)
def test_no_heading_is_the_last_of_a_printed_page(chromium, files, name):
    found = headings(files[name])
    assert len(found) > 10
    assert [line for line in ends(chromium, files[name]) if line in found] == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="skipped: there is no pdftotext")
def test_a_table_of_one_line_does_not_hold_the_next_heading(chromium, files):
    """Planted: the first line of a table may never be followed by a new page."""
    path, found = files["closed"], headings(files["closed"])
    wrong = ends(chromium, path, without=":not(:last-child)")
    assert [line for line in wrong if line in found] != []
