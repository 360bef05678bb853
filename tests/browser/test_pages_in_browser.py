"""Every page in a browser: axe finds nothing, no script is refused, nothing is too wide."""

from __future__ import annotations

import json

import pytest

from equipoise.service.web.asked import COOKIE
from support.pages import PERSON, SEEN

WIDTHS = {"telephone": 390, "desk": 1280}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASKED = f"axe.run({{runOnly: {json.dumps(RULES)}}}).then(r => JSON.stringify(r.violations.map("
ASKED += "v => `${v.id} (${v.impact}): ${v.nodes[0].html.slice(0, 120)}`)))"
PATHS = ["/", *(path for path in SEEN if ".csv" not in path)]


class Tab:
    """Somebody's page, and what its console has said."""

    def __init__(self, chromium, address, token, width, *, scripts=True):
        self.context = chromium.new_context(
            viewport={"width": width, "height": 844}, java_script_enabled=scripts
        )
        self.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        self.page, self.address, self.said = self.context.new_page(), address, []
        self.page.on("console", lambda one: self.said.append(one.text))
        self.page.on("pageerror", lambda one: self.said.append(str(one)))

    def open(self, path):
        return self.page.goto(self.address + path)

    def looked_over(self, axe):
        """What axe finds; put in from outside, since no page takes a script that is not its own."""
        found = self.context.new_cdp_session(self.page).send(
            "Runtime.evaluate", {"expression": f"{axe};{ASKED}", "awaitPromise": True}
        )
        return json.loads(found["result"]["value"])


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


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("role", PERSON)
def test_every_page_of_every_role(everything, axe, tab, role, width):
    one = tab(everything, role, width)
    wrong, seen = {}, 0
    for path in PATHS:
        answer = one.open(path.format(**everything.known))
        if answer.status != 200:
            continue
        seen += 1
        found = one.looked_over(axe)
        if one.page.evaluate("document.documentElement.scrollWidth") > width:
            found.append("wider than the window")
        if found:
            wrong[path] = found
    assert wrong == {}
    assert [text for text in one.said if "404" not in text] == []
    assert seen >= 3


def test_axe_finds_what_is_wrong(everything, axe, tab):
    """Planted: a picture without words and an input without a label."""
    one = tab(everything, "admin", 1280)
    one.open("/protocol")
    one.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=/x><input>')"
    )
    assert len(one.looked_over(axe)) == 2


def test_grades_appear_while_a_value_is_typed_and_a_draft_is_kept(everything, tab):
    one = tab(everything, "coordinator", 390)
    one.open("/subjects/{randomized}/form?key=laboratory&visit={visit}".format(**everything.known))
    for field, said in (("value", "79"), ("lower", "120")):
        one.page.fill(f"[name='r4.{field}']", said)
    one.page.wait_for_selector("[data-graded=r4] .g3")
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
