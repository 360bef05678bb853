"""Pages from templates, each with what the frame around it shows."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections import defaultdict
from functools import cache
from typing import Any, Final

import numpy as np
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from equipoise.conduct.store.canonical import moment
from equipoise.service.access.roles import Visitor
from equipoise.service.reading.recruiting.drawn import month_words
from equipoise.service.reading.rooms.help import help_of
from equipoise.service.trial import Served
from equipoise.service.web.asked import AskedPage
from equipoise.version import __version__

REFUSED: Final = 409
SEE_OTHER: Final = 303  # after a write, the browser is sent to a page
_PLACES: Final = (
    ("today", "/", "Today"),
    ("subjects", "/subjects", "Subjects"),
    ("pharmacy", "/pharmacy", "Pharmacy"),
    ("queries", "/queries", "Queries"),
    ("safety", "/safety", "Safety"),
    ("ranges", "/ranges", "Ranges"),
    ("monitor", "/monitor", "Verification"),
    ("accrual", "/accrual", "Accrual"),
    ("board", "/board", "Committee"),
    ("list", "/list", "List"),
    ("closing", "/closing", "Closing"),
    ("audit", "/audit", "Audit"),
    ("protocol", "/protocol", "Protocol"),
    ("accounts", "/accounts", "Accounts"),
)
_BACKTICKS: Final = re.compile("`([^`]+)`")
_MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}))?")
_ON_LIST: Final = {"test": "Test: nothing here is real", "training": "Training: nothing is real"}


def page(asked: AskedPage, template: str, *, status: int = 200, **given: Any) -> Response:
    """A page for somebody who is logged in."""
    frame = {
        "who": asked.visitor,
        "page_token": asked.page_token,
        "places": places(asked.visitor),
        "open_page": asked.request.url.path,
        "request_id": secrets.token_hex(12),  # of the button that is pressed next
        "provider": asked.trial.provider_name,
        "proved_until": asked.proved_until,
        "again_at": asked.again_at,
        "typed": defaultdict(str, asked.form),  # a field that was not typed in is empty
        "blank": defaultdict(str),
        "helps": help_of(
            asked.protocol, asked.trial.sections.of(asked.protocol), asked.request.url.path,
            asked.visitor,
        ),
        "trial": asked.protocol.trial,
    }  # fmt: skip
    return bare(asked.trial, template, status=status, **{**frame, **given})


def bare(trial: Served, /, template: str, *, status: int = 200, **given: Any) -> Response:
    """A page for anybody."""
    plain = {"who": None, "places": (), "open_page": "", "problems": (), "helps": ()}
    text = environment().get_template(template).render(
        version=__version__, ribbon=_ribbon(trial),
        **{**plain, **given, "trial": given.get("trial") or trial.protocol.trial},
    )  # fmt: skip
    return HTMLResponse(text, status_code=status)


def places(who: Visitor) -> list[tuple[str, str]]:
    """The pages of the menu that somebody sees, with their addresses."""
    return [(words, where) for page, where, words in _PLACES if who.sees(page)]


@cache
def environment() -> Environment:
    """The templates."""
    found = Environment(
        loader=PackageLoader("equipoise.service", "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"day": day, "time": at_time, "words": in_words, "code": code, "told": told}
    found.filters["month"] = month_words
    return found


def day(said: dt.date | str | None) -> str:
    """`5 Jan 2026`; nothing for nothing."""
    if not said:
        return ""
    found = dt.date.fromisoformat(said[:10]) if isinstance(said, str) else said
    return f"{found.day} {found:%b %Y}"


def at_time(said: str | None) -> str:
    """`5 Jan 2026, 09:14 UTC`."""
    if not said:
        return ""
    found = moment(said)
    return f"{found.day} {found:%b %Y, %H:%M} UTC"


def in_words(said: object) -> str:
    """A number in full without a tail of zeros, a truth as a word, nothing as nothing."""
    if said is None or said == "":
        return ""
    if isinstance(said, bool) or said in ("true", "false"):
        return "yes" if said in (True, "true") else "no"
    return np.format_float_positional(said, trim="-") if isinstance(said, float) else str(said)


def told(said: object) -> str:
    """An answer as it is read: a day, or a day and a time, in words; else as `words`."""
    found = _MOMENT.fullmatch(said) if isinstance(said, str) else None
    if found is None:
        return in_words(said)
    return day(found[1]) + (f", {found[2]}" if found[2] else "")


def code(said: str) -> Markup:
    """What stands between backticks as code."""
    return Markup(_BACKTICKS.sub(r"<code>\1</code>", str(escape(said))))


def _ribbon(trial: Served) -> str:
    if trial.is_demo:
        return "Demonstration: the people are virtual, and anybody at this machine may look"
    return _ON_LIST.get(trial.kind, "")
