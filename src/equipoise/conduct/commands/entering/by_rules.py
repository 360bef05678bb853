"""What rules over all of a subject's data ask the site: raised once, closed when they hold no more.

The rules look at the data as they are tabulated and are run by no person; a change that they find
wrong was made by one, at a page, by a program or by an import. What they write is told as a row of
the system, like an anchor, and a freeze stops it like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from equipoise.conduct.commands.bus import is_shut
from equipoise.conduct.commands.entering.checking import BY_RULE, CLOSED_BY_RULE, close_by_rule
from equipoise.conduct.store.bodies import Stored, Who
from equipoise.conduct.store.store import Store
from equipoise.conduct.store.unit import Unit

FOLLOW: Final = "follow rules"
_SYSTEM: Final = "system"


class AskedByRule(NamedTuple):
    """A question about a form. found : what stands there, by which it is known again"""

    rule: str
    form: str
    found: str
    text: str


class FollowedRules(NamedTuple):
    """The queries that were raised, those that were closed, and whether a freeze stopped both."""

    raised: list[str]
    closed: list[str]
    is_shut: bool = False


def follow_rules(
    store: Store, subject: str, asked: Sequence[AskedByRule], *, rules: Sequence[str]
) -> FollowedRules:
    """Raise what is not asked yet, and close what these rules ask no more.

    A question that was answered and closed by a person is not asked again while the same stands
    there. rules : all that were run
    Raises   StoreError.
    """
    found: FollowedRules = store.attempt(lambda unit: _followed(unit, subject, asked, rules))[0]
    return found


def _followed(
    unit: Unit, subject: str, asked: Sequence[AskedByRule], rules: Sequence[str]
) -> FollowedRules:
    person = unit.row("subject", subject, lock=True)
    if person is None:
        return FollowedRules([], [])
    unit.site, unit.subject = person["site"], subject
    unit.who = Who("", _SYSTEM, FOLLOW)
    if is_shut(unit, site=unit.site, subject=subject) is not None:
        return FollowedRules([], [], is_shut=True)
    before = [one for one in unit.rows("query", subject=subject) if one["rule"] in rules]
    wanted = {(one.rule, one.form, one.found): one for one in asked}
    known = {_key(one): one for one in before if not _closed_by_rule(unit, one)}
    gone = [one for key, one in known.items() if key not in wanted and one["state"] != "closed"]
    raised = [_raise(unit, one) for key, one in wanted.items() if key not in known]
    for one in gone:
        close_by_rule(unit, one)
    unit.end()
    return FollowedRules([name for name in raised if name], [one["id"] for one in gone])


def _key(query: Stored) -> tuple[str, str, str]:
    return query["rule"], query["form"], query["value"]


def _closed_by_rule(unit: Unit, query: Stored) -> bool:
    """Whether it may be asked again when its condition holds again."""
    turns = unit.rows("query_turn", query=query["id"]) if query["state"] == "closed" else []
    return bool(turns) and turns[-1]["kind"] == CLOSED_BY_RULE


def _raise(unit: Unit, one: AskedByRule) -> str:
    form = unit.row("form", one.form)
    if form is None or form["subject"] != unit.subject:
        return ""
    number = unit.count("query", subject=unit.subject) + 1
    made = unit.insert(
        "query", id=f"{unit.subject}/Q{number:05}", form=one.form, subject=unit.subject, item=None,
        state="open", opened_by=BY_RULE, text=one.text, rule=one.rule, value=one.found,
        revision_seen=form["revision"], revision=1,
    )  # fmt: skip
    return str(made["id"])
