"""Somebody at a browser, who knows the pages by what stands on them: no address is typed but the
first one, and the link that was handed over."""

from __future__ import annotations

import datetime as dt
import re

import pyotp

PASSWORD = "correct horse battery"
KEY_OF_APP = re.compile(r"\b[A-Z2-7]{32}\b")


class Walker:
    """A person with an account of their own, a browser, and the app that shows codes."""

    def __init__(self, chromium, address, account, clock, *, width=1280):
        self.page = chromium.new_context(viewport={"width": width, "height": 844}).new_page()
        self.page.set_default_timeout(20_000)
        self.address, self.account, self.clock = address, account, clock
        self.key = ""
        self.clicks = 0

    @property
    def text(self) -> str:
        return str(self.page.locator("main").inner_text())

    def code(self) -> str:
        """The next code of the app; each serves once."""
        self.clock.now += dt.timedelta(seconds=30)
        return pyotp.TOTP(self.key).at(self.clock.now)

    def enter(self, link: str) -> None:
        """Choose a password by the link, and log in."""
        self.page.goto(link)
        self.key = KEY_OF_APP.search(self.text)[0]
        self.page.get_by_label("Password", exact=False).first.fill(PASSWORD)
        self.page.get_by_label("The same again").fill(PASSWORD)
        self.page.get_by_label("The code that the app shows").fill(self.code())
        self.press("Set password")
        self.log_in()

    def log_in(self) -> None:
        if self.page.get_by_label("Account").count() == 0:
            self.page.goto(self.address)
        self.page.get_by_label("Account").fill(self.account)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_label("Code").fill(self.code())
        self.press("Log in")

    def come_back(self) -> None:
        """On another day: log in again, and begin at the first page."""
        self.page.goto(self.address)
        self.log_in()

    def press(self, words: str) -> None:
        self.clicks += 1
        self.page.locator("main").get_by_role("button", name=words).first.click()
        self.page.wait_for_load_state()

    def to(self, page: str) -> None:
        """By the menu."""
        self.page.get_by_role("navigation").get_by_role("link", name=page, exact=True).click()
        self.page.wait_for_load_state()

    def follow(self, words: str) -> None:
        """The first link of the page that says so."""
        self.clicks += 1
        self.page.locator("main").get_by_role("link").filter(has_text=words).first.click()
        self.page.wait_for_load_state()

    def unfold(self, summary: str):
        """A form that is folded away under its summary."""
        folded = self.page.locator("details").filter(
            has=self.page.locator("summary", has_text=summary)
        )
        if folded.first.get_attribute("open") is None:
            folded.first.locator("summary").first.click()
        return folded.first

    def fill(self, inside, **said: str) -> None:
        """Fields by their labels; `Approved_on` is the label Approved on."""
        for name, value in said.items():
            field = inside.get_by_label(re.compile(f"^{name.replace('_', ' ')}")).first
            tag = field.evaluate("one => one.tagName")
            field.select_option(value) if tag == "SELECT" else field.fill(value)

    def send(self, inside) -> None:
        inside.get_by_role("button").first.click()
        self.page.wait_for_load_state()
        assert self.refused == "", self.refused

    @property
    def refused(self) -> str:
        told = self.page.locator(".problems")
        return str(told.first.inner_text()) if told.count() else ""

    def laboratory(self, **values: str) -> None:
        """Results by the names of their tests; units and limits as they were entered last."""
        for name, value in values.items():
            self.page.get_by_role("textbox", name=name, exact=True).fill(value)
