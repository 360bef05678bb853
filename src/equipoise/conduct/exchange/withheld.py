"""The audit as somebody may have it: of one site, and without what tells an arm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from equipoise.conduct.commands.rights import rights
from equipoise.conduct.exchange.arm_words import arm_words, visits_of_some_arms
from equipoise.conduct.store.canonical import SITE
from equipoise.conduct.store.state import ANCHORED, ChainRow, Recalled
from equipoise.conduct.store.tables import CENTRAL_IF_MASKED
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol

_OF_ARMS: Final = (
    "allocation", "allocation_note", "dose", "kit", "list", "list_event", "list_review", "stratum",
    "envelope", ANCHORED,
)  # fmt: skip
_GIVING: Final = ("doses", "kits", "emergency unblinding")  # actions that follow from an arm
_SHORT: Final = 3  # characters; a shorter name of an arm is looked for as a whole value alone


class ToldRows(NamedTuple):
    """The rows of the audit that may be told, and how many of those asked for may not."""

    rows: list[ChainRow]
    withheld: int


def of_one_site(rows: Iterable[ChainRow], site: str) -> list[ChainRow]:
    """The chain of a site, which shows no slot and no stratum; of a masked trial its doses too.

    These stand on the trial's chain, and are for those who know each arm.
    """
    every, chain = [*rows], f"{SITE}{site}"
    people = {row.body.get("subject") for row in every if row.chain == chain}
    return [
        row
        for row in every
        if row.chain == chain
        or (row.body["table"] in CENTRAL_IF_MASKED and row.body.get("subject") in people)
    ]


def without_arms(rows: Sequence[ChainRow], protocol: Protocol) -> ToldRows:
    """The rows without every record that tells an arm: doses, allocations, visits of one arm alone.

    What happened at such a visit stays, and its visit is not told.
    Checked  tests/unit/conduct/exchange/test_odm.py (no word of an arm in what a sponsor gets).
    """
    telling = _Telling.of(protocol)
    hidden = telling.records(rows)
    kept = [
        row._replace(body=_blanked(row.body, hidden))
        for row in rows
        if _record(row.body) not in hidden and not telling.is_dosing(row.body)
    ]
    return ToldRows(kept, len(rows) - len(kept))


def known_from(rows: Iterable[ChainRow]) -> Recalled:
    """The records as these rows alone tell them."""
    found = Recalled()
    for row in rows:
        if row.body["table"] != ANCHORED:
            found.add(row.body)
    return found


_Record = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class _Telling:
    """What tells an arm under a protocol."""

    short: tuple[str, ...]
    long: tuple[str, ...]
    visits: tuple[str, ...]
    forms: tuple[str, ...]

    @classmethod
    def of(cls, protocol: Protocol) -> _Telling:
        words = arm_words(protocol)
        return cls(
            tuple(one for one in words if len(one) < _SHORT),
            tuple(one for one in words if len(one) >= _SHORT),
            visits_of_some_arms(protocol),
            tuple(key for key, form in forms_of(protocol).items() if form.arms),
        )

    def records(self, rows: Iterable[ChainRow]) -> set[_Record]:
        """The records of which some row tells an arm, and those that are about one of them."""
        every = [*rows]
        hidden = {_record(row.body) for row in every if self._tells(row.body)}
        about = {str(key[0]) for table, key in hidden if table in ("form", "dose") and key}
        for row in every:
            pairs = row.body.get("change", {})
            if any(str(pair[1]) in about for name, pair in pairs.items() if name in _ABOUT):
                hidden.add(_record(row.body))
        people = {key[0] for table, key in hidden if table == "subject"}
        hidden |= {_record(row.body) for row in every if row.body.get("subject") in people}
        return hidden | _turns(every, hidden)

    def is_dosing(self, body: Mapping[str, Any]) -> bool:
        """Whether a row was written by a command that gives, or follows from an arm."""
        line = rights().get(body.get("command", ""))
        return line is not None and line.action in _GIVING

    def _tells(self, body: Mapping[str, Any]) -> bool:
        table, pairs = body["table"], body.get("change", {})
        if table in _OF_ARMS:
            return True
        key = pairs.get("key", [None, None])[1]
        if (table == "visit" and key in self.visits) or (table == "form" and key in self.forms):
            return True
        return any(self._is_word(text.lower()) for text in _texts(body))

    def _is_word(self, text: str) -> bool:
        return text in self.short or any(word in text for word in self.long)


_NAMING: Final = (
    "id", "site", "subject", "account", "by", "list", "form", "visit", "object", "version", "key",
    "laboratory",
)  # fmt: skip
"""Columns that name a record: a site may be called as an arm is."""
_ABOUT: Final = ("form", "object", "dose")


def _record(body: Mapping[str, Any]) -> _Record:
    return body["table"], tuple(body.get("key", ()))


def _turns(rows: Iterable[ChainRow], hidden: set[_Record]) -> set[_Record]:
    """What was said about queries and events that are not told."""
    names = {str(key[0]) for table, key in hidden if table in ("query", "sae")}
    talk = (_record(row.body) for row in rows if row.body["table"] in ("query_turn", "sae_version"))
    return {one for one in talk if str(one[1][0]) in names}


def _texts(body: Mapping[str, Any]) -> Iterator[str]:
    """What a row says in words of its own, which is not the protocol."""
    if body["table"] == "protocol_version":
        return
    yield str(body.get("reason", ""))
    for name, (_, after) in body.get("change", {}).items():
        if name not in _NAMING:
            yield str(after)
    for _, _, after in body.get("values", ()):
        yield from (str(part) for part in after[1:] if part is not None)


def _blanked(body: Mapping[str, Any], hidden: set[_Record]) -> dict[str, Any]:
    """A form at a visit that is not told does not tell it either."""
    pairs = body.get("change", {})
    visit = pairs.get("visit", [None, None])[1]
    if visit is None or ("visit", (visit,)) not in hidden:
        return dict(body)
    return {**body, "change": {name: pair for name, pair in pairs.items() if name != "visit"}}
