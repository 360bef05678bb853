"""A virtual trial entered by people at their browsers: every write is a form of a page, posted."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import ExitStack
from html import unescape
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import httpx
import pyotp

from equipoise.conduct.commands.model import RefusedError
from equipoise.service.access.entrance import make_link
from support.conducted import Conducted
from support.served import PASSWORD, Site, problems
from support.serving import serving

_ROW = re.compile(r"r\d+\.")
_SEEN, _SEE_OTHER, _REFUSED = 200, 303, 409


class PageForm(NamedTuple):
    """A form of a page.

    named : its inputs with what stands in them; choices : of those that have some
    ways : where its buttons lead
    """

    ways: list[str]
    named: dict[str, str]
    choices: dict[str, list[str]]

    @property
    def room(self) -> int:
        """How many rows can be typed at once."""
        return len({name.split(".")[0] for name in self.named if _ROW.match(name)})

    def lacks(self, said: dict[str, str]) -> list[str]:
        """What cannot be told on it."""
        unknown = [name for name in said if name not in self.named and name != "action"]
        return unknown + [
            f"{name}: {text}"
            for name, text in said.items()
            if text not in self.choices.get(name, [text])
        ]


class _Forms(HTMLParser):
    """The forms of a page, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._name, self._is_chosen, self._awaits = "", False, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            way = said.get("action", "") if said.get("method") == "post" else ""
            self.forms.append(PageForm([way], {}, {}))
        if not self.forms:
            return
        form, name = self.forms[-1], said.get("name", "")
        if "formaction" in said:
            form.ways.append(said["formaction"])
        if tag == "input" and said.get("type") == "radio":
            form.choices.setdefault(name, [""]).append(said["value"])
            form.named.setdefault(name, said["value"] if "checked" in said else "")
        elif tag == "input" and name and (said.get("type") != "checkbox" or "checked" in said):
            form.named[name] = said.get("value", "")
        elif tag in ("select", "textarea"):
            form.named[name] = ""
            self._name = name
            if tag == "select":
                form.choices[name] = []
        elif tag == "option":
            self._option(form, said)

    def _option(self, form: PageForm, said: dict[str, str]) -> None:
        """Its text comes next, where it has no value of its own."""
        self._is_chosen, self._awaits = "selected" in said, "value" not in said
        if not self._awaits:
            self._take(form, said["value"])

    def _take(self, form: PageForm, text: str) -> None:
        is_first = not form.choices[self._name]
        form.choices[self._name].append(text)
        if self._is_chosen or is_first:
            form.named[self._name] = text

    def handle_data(self, data: str) -> None:
        if self._awaits:
            self._take(self.forms[-1], data.strip())
            self._awaits = False


def forms_of_page(text: str) -> list[PageForm]:
    found = _Forms()
    found.feed(text)
    return found.forms


class Paged(Conducted):
    """A trial whose people have browsers: what is done about a subject goes through the pages.

    Each page is read before its form is sent, and the form filled by its own inputs alone.
    by_socket : whether a server answers at an address, or the application within this process
    """

    def __init__(self, trial: Conducted, *, by_socket: bool = False) -> None:
        super().__init__(trial.bus, trial.where)
        self.site = Site(trial, is_demo=False, writes=10_000_000)
        self.open = ExitStack()  # its server
        self.address = self.open.enter_context(serving(self.site.app)) if by_socket else ""
        self.posted = 0
        self._people: dict[str, Person] = {}
        self.names: dict[str, str] = {}  # of the record -> of the service

    def do(self, by: str, name: str, *, request: str | None = None, **given: Any) -> Any:
        """A command as the pages have it; one that they do not have is none."""
        act = getattr(self, f"_{name.replace(' ', '_')}")
        if "subject" in given and name != "screen":
            given["subject"] = self.names[given["subject"]]
        return act(self.person(by), **given)

    def submit(self, subject: str, visit: str, forms: list[tuple[str, list[Any]]]) -> None:
        for key, rows in forms:
            self.do("carl", "submit form", subject=subject, key=key, visit=visit, rows=rows)

    def rows(self, table: str, **equal: Any) -> list[dict[str, Any]]:
        return super().rows(table, **{k: self.names.get(v, v) for k, v in equal.items()})

    def browser(self) -> httpx.Client:
        if self.address:
            return httpx.Client(base_url=self.address, timeout=60)
        return self.site.nobody()

    def person(self, account: str) -> Person:
        if account not in self._people:
            self._people[account] = Person(self, account)
        return self._people[account]

    def _screen(self, by: Person, *, site: str, subject: str) -> dict[str, Any]:
        at = by.post("/subjects", "/subjects", {"site": site})
        self.names[subject] = at.rsplit("/", 1)[1]
        return {"subject": self.names[subject]}

    def _act(self, by: Person, name: str, subject: str, said: dict[str, Any]) -> dict[str, Any]:
        where = f"/subjects/{subject}"
        by.post(where, f"{where}/do/{name.replace(' ', '-')}", _spelled(said), name=name)
        return {"subject": subject}

    def _consent(self, by: Person, *, subject: str, **said: Any) -> dict[str, Any]:
        return self._act(by, "consent", subject, said)

    def _give_dose(self, by: Person, *, subject: str, **said: Any) -> dict[str, Any]:
        return self._act(by, "give dose", subject, said)

    def _record_death(self, by: Person, *, subject: str, **said: Any) -> dict[str, Any]:
        return self._act(by, "record death", subject, said)

    def _end_part(self, by: Person, *, subject: str, **said: Any) -> dict[str, Any]:
        return self._act(by, "end part", subject, said)

    def _judge_eligibility(self, by: Person, *, subject: str, met: dict[str, bool]) -> Any:
        said = {f"met.{one}": "yes" if is_met else "no" for one, is_met in met.items()}
        return self._act(by, "judge eligibility", subject, said)

    def _open_visit(
        self, by: Person, *, subject: str, key: str, encounter: int, **said: Any
    ) -> Any:
        where = f"/subjects/{subject}/open?key={quote(key)}&n={encounter}"
        at = by.post(where, where, _spelled(said), name="open visit")
        found = re.search(r"visit=([^&]+)", at)
        # A visit without forms leads back to the subject.
        visit = found[1] if found else self.rows("visit", subject=subject)[-1]["id"]
        return {"visit": visit}

    def _submit_form(
        self, by: Person, *, subject: str, key: str, rows: list[Any], visit: str = ""
    ) -> dict[str, Any]:
        at = f"&visit={visit}" if visit else ""
        where = f"/subjects/{subject}/form?key={quote(key)}{at}"
        while rows:
            page = by.form(where, where)
            fits = page.room
            said = {
                f"r{n}.{item}": text
                for n, row in enumerate(rows[:fits])
                for item, text in _spelled(row).items()
            }
            by.send(page, where, {**said, "action": "submit"}, name="submit form")
            rows = rows[fits:]
        return {"forms": [f"{subject} {key}"]}

    def _sign(self, by: Person, *, form: str) -> dict[str, Any]:
        subject = form.split(" ")[0]
        where = f"/subjects/{subject}/sign"
        waiting = by.form(where, where)
        said = {name: text for name, text in waiting.named.items() if name.startswith("form.")}
        by.post(where, where, {**said, "password": PASSWORD}, name="sign")
        return {}

    def _randomize(self, by: Person, *, subject: str) -> dict[str, Any]:
        where = f"/subjects/{subject}/randomize"
        by.post(where, where, {"password": PASSWORD}, name="randomize")
        told = by.get(f"/subjects/{subject}/allocation")
        label = unescape(re.search(r'<p class="arm">(.*?)</p>', told)[1])
        (arm,) = [key for key, one in self.bus.protocol.arms.items() if one.label == label]
        return {"arm": arm}


class Person:
    """Somebody with a password, an app for codes, and a browser."""

    def __init__(self, trial: Paged, account: str) -> None:
        self.trial, self.account, self._day = trial, account, dt.date.min
        self.browser = trial.browser()
        link = make_link(trial.store, account, by="adam")
        text = self.browser.get(f"/enter/{link}").text
        self._secret = re.search(r'<span class="link">(\w+)</span>', text)[1]
        said = {"password": PASSWORD, "again": PASSWORD, "code": self._code()}
        assert self.browser.post(f"/enter/{link}", data=said).status_code == _SEE_OTHER

    def get(self, path: str) -> str:
        """A page, after logging in where the session has ended."""
        self._come_in()
        answer = self.browser.get(path)
        assert answer.status_code == _SEEN, f"{path}: {answer.status_code}"
        return str(answer.text)

    def form(self, page: str, way: str, **telling: str) -> PageForm:
        """The form of a page that leads somewhere, and tells something."""
        ways = {unquote(way)}
        found = [
            one
            for one in forms_of_page(self.get(page))
            if ways & {unquote(other) for other in one.ways}
            and all(one.named.get(name) == text for name, text in telling.items())
        ]
        assert len(found) == 1, f"{page} has {len(found)} forms to {way} {telling}"
        return found[0]

    def post(self, page: str, path: str, said: dict[str, str], *, name: str = "") -> str:
        """Fill the form of a page that leads to a path; where the answer leads."""
        telling = {"drug": said["drug"]} if "drug" in said else {}
        return self.send(self.form(page, path, **telling), path, said, name=name)

    def send(self, form: PageForm, path: str, said: dict[str, str], *, name: str) -> str:
        """Send a form as it was filled. Raises RefusedError with what the page says is wrong."""
        assert not form.lacks(said), f"{path} does not ask {form.lacks(said)}"
        answer = self.browser.post(path, data={**form.named, **said})
        self.trial.posted += 1
        if answer.status_code == _REFUSED:
            raise RefusedError(name, [unescape(one) for one in problems(answer)])
        assert answer.status_code == _SEE_OTHER, f"{path}: {answer.status_code} {answer.text}"
        return str(answer.headers["location"])

    def _come_in(self) -> None:
        """Log in, on a new day: a session ends after 15 minutes."""
        day = self.trial.clock.now.date()
        if day == self._day:
            return
        self._day = day
        said = {"account": self.account, "password": PASSWORD, "code": self._code()}
        answer = self.browser.post("/login", data=said)
        assert answer.status_code == _SEE_OTHER, answer.text

    def _code(self) -> str:
        self.trial.clock.now += dt.timedelta(minutes=1)  # each code serves once
        return pyotp.TOTP(self._secret).at(int(self.trial.clock.now.timestamp()))


def _spelled(said: dict[str, Any]) -> dict[str, str]:
    """Answers as people type them."""
    words = {True: "yes", False: "no"}
    return {
        name: words[one] if isinstance(one, bool) else str(one)
        for name, one in said.items()
        if one is not None
    }
