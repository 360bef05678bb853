"""Every page in a browser: axe finds nothing, no script is refused, nothing is too wide.

What each rule says is of an element, its own parts and its style. So a part of a page, its menu or
what it tells, is looked over once at a width, whoever has it on whichever page.
"""

from __future__ import annotations

import json

import pytest

from equipoise.service.web.asked import COOKIE
from support.pages import PERSON, SEEN

WIDTHS = {"telephone": 390, "desk": 1280}
SCHEMES = {390: "dark", 1280: "light"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PARTS = """[document.head, ...document.body.children].map(part => {
  const copy = part.cloneNode(true)
  copy.querySelectorAll('input[type=hidden]').forEach(one => one.remove())
  return copy.outerHTML
})"""
LOOK = """axe.run({exclude: SEEN.map(n => [`body > :nth-child(${n})`])}, {runOnly: RULES}).then(
  r => r.violations.map(v => `${v.id} (${v.impact}): ${v.nodes[0].html.slice(0, 120)}`))"""
LOOK = LOOK.replace("RULES", json.dumps(RULES))
# Words that a person would have to read at less than 12 pixels.
SMALL = """[...document.querySelectorAll("body *")].filter(
  one => one.childElementCount === 0 && one.textContent.trim() && one.getClientRects().length
    && !one.closest(".vh")
).filter(one => {
  const drawn = one.getScreenCTM ? one.getScreenCTM().a : 1
  return parseFloat(getComputedStyle(one).fontSize) * drawn < 11.9
}).map(one => one.textContent.slice(0, 40))"""
PATHS = {"/": set(PERSON), **{path: who for path, who in SEEN.items() if ".csv" not in path}}


class Tab:
    """Somebody's page, and what its console has said.

    known : parts of pages, with a width, that need not be looked over again
    """

    def __init__(self, chromium, address, token, width, *, scripts=True, known=()):
        self.context = chromium.new_context(java_script_enabled=scripts)
        self.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        self.page, self.address, self.said = self.context.new_page(), address, []
        self.tools = self.context.new_cdp_session(self.page)
        self.known = set(known)
        self.wide(width)
        self.page.on("console", lambda one: self.said.append(one.text))
        self.page.on("pageerror", lambda one: self.said.append(str(one)))

    def wide(self, width):
        """A telephone is dark, a desk light."""
        self.width = width
        self.page.set_viewport_size({"width": width, "height": 844})
        self.page.emulate_media(color_scheme=SCHEMES[width])

    def open(self, path):
        return self.page.goto(self.address + path)

    def said_by(self, expression):
        """From outside, since no page takes a script that is not its own."""
        asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        answer = self.tools.send("Runtime.evaluate", asked)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def looked_over(self, axe):
        """What axe finds in the parts of the page that it does not know at this width."""
        parts = [(part, self.width) for part in self.said_by(PARTS)]
        seen = [n for n, part in enumerate(parts) if part in self.known]
        self.known.update(parts)
        if len(seen) == len(parts):
            return []
        if self.said_by("typeof axe") == "undefined":
            self.said_by(axe)
        return self.said_by(LOOK.replace("SEEN", str([n for n in seen if n])))


@pytest.fixture
def tab(chromium, address):
    """A tab of a role, at a width."""
    opened = []

    def of(everything, role, width, **given):
        opened.append(Tab(chromium, address, everything.browsers[role].token, width, **given))
        return opened[-1]

    yield of
    for one in opened:
        one.context.close()


@pytest.fixture(scope="module")
def known():
    """What was looked over for others."""
    return set()


@pytest.mark.parametrize("role", PERSON)
def test_every_page_of_every_role(everything, axe, tab, known, role):
    one = tab(everything, role, WIDTHS["desk"], known=known)
    wrong, own = {}, [path for path, who in PATHS.items() if role in who]
    for path in own:
        assert one.open(path.format(**everything.known)).status == 200
        for width in WIDTHS.values():
            one.wide(width)
            found = one.looked_over(axe)
            if one.said_by("document.documentElement.scrollWidth") > width:
                found.append("wider than the window")
            found += [f"under 12 pixels: {words}" for words in one.said_by(SMALL)]
            if found:
                wrong[path, width] = found
    assert wrong == {}
    assert [text for text in one.said if "404" not in text] == []
    assert len(own) >= 3
    known |= one.known


def test_axe_finds_what_is_wrong(everything, axe, tab):
    """Planted: a picture without words and an input without a label."""
    one = tab(everything, "admin", 1280)
    one.open("/protocol")
    one.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=/x><input>')"
    )
    assert len(one.looked_over(axe)) == 2


def test_words_that_are_too_small_are_found(everything, tab):
    """Planted: a note of nine pixels."""
    one = tab(everything, "admin", WIDTHS["telephone"])
    one.open("/protocol")
    assert one.said_by(SMALL) == []
    one.page.evaluate("document.querySelector('footer').style.fontSize = '9px'")
    assert one.said_by(SMALL)


def test_what_is_known_hides_nothing_of_the_rest(everything, axe, tab):
    """Planted: as above, once where all was looked over, once in the one part that was not."""
    one = tab(everything, "admin", WIDTHS["desk"])
    one.open("/protocol")
    assert one.looked_over(axe) == []
    one.said_by("document.querySelector('main').lang = 'xx-not-one'")
    assert len(one.looked_over(axe)) == 1
    one.said_by("document.querySelector('footer').innerHTML += '<img src=/x>'")
    assert len(one.looked_over(axe)) == 1


def test_grades_appear_while_a_value_is_typed_and_a_draft_is_kept(everything, tab):
    one = tab(everything, "coordinator", 390)
    one.open("/subjects/{randomized}/form?key=laboratory&visit={visit}".format(**everything.known))
    one.page.fill("[name='r4.value']", "79")
    one.page.wait_for_selector("[data-graded=r4] .g3")
    range_of = one.page.locator("[data-range=r4]")
    assert range_of.inner_text() == "120 to 155 g/L"  # as the laboratory told it in g/dL
    one.page.select_option("[name='r4.unit']", "g/dL")
    one.page.get_by_text("12 to 15.5 g/dL").wait_for()
    one.page.select_option("[name='r4.unit']", "g/L")
    one.page.get_by_text("120 to 155 g/L").wait_for()
    one.page.get_by_text("Draft kept at").wait_for(timeout=15_000)
    forms = [one["id"] for one in everything.trial.rows("form", state="draft")]
    assert len(forms) == 1
    values = {v["item"]: v["value"] for v in everything.trial.rows("value", form=forms[0])}
    assert values["value"] == "79.0"
    assert one.said == []


def test_a_form_is_entered_without_scripts_by_the_keyboard_alone(everything, tab):
    one = tab(everything, "coordinator", 1280, scripts=False)
    where = "/subjects/{randomized}/form?key=adverse event".format(**everything.known)
    before = len(everything.trial.rows("form", key="adverse event"))
    one.open(where)
    for _ in range(30):
        one.page.keyboard.press("Tab")
        if one.page.locator("*:focus").get_attribute("name") == "r0.term":
            break
    one.page.keyboard.type("Fatigue")
    one.page.locator("[name='r0.start']").focus()
    one.page.locator("[name='r0.start']").fill(str(everything.trial.clock.now.date()))
    one.page.get_by_role("button", name="Submit").focus()
    one.page.keyboard.press("Enter")
    one.page.wait_for_url("**/subjects/A-001")
    assert len(everything.trial.rows("form", key="adverse event")) == before + 1
