"""The outbox: messages written in the transaction of what they tell, sent by a worker later.

A message is sent at least once: a worker that dies between sending and saying so sends it again,
under the same name, by which a reader's program knows it. Nothing waits for the mail.
"""

from __future__ import annotations

import datetime as dt
import secrets
from functools import partial
from typing import Final, NamedTuple

from sqlalchemy import select

from equipoise.conduct.commands.model import Command, CommandDesk
from equipoise.conduct.mail.messages import EVENT_OF, Happened, addressed, message
from equipoise.conduct.store.anchors import allocation_row
from equipoise.conduct.store.canonical import SITE, TRIAL, stamp
from equipoise.conduct.store.served.bookkeeping import keep
from equipoise.conduct.store.store import Store
from equipoise.conduct.store.tables import TABLES
from equipoise.conduct.store.unit import Receipt, Unit

_LEASE: Final = dt.timedelta(minutes=5)  # after which another worker takes a message
_LONGEST_WAIT: Final = 6  # hours between two attempts
_AT_ONCE: Final = 20


class Letter(NamedTuple):
    """A message to be sent."""

    id: str
    address: str
    title: str
    body: str
    tries: int


def post(desk: CommandDesk, command: Command, protocol_name: str) -> None:
    """Put what the protocol writes of a command that was done into the outbox, if anything.

    It is written with the audit of the command, whose position and hash it tells.
    """
    event, unit = EVENT_OF.get(command.name), desk.unit
    if event is None or (event == "site activated" and getattr(command, "to", "") != "active"):
        return
    site, subject = unit.site, unit.subject
    people = addressed(unit, desk.protocol, event, site)
    if not people:
        return
    row = unit.row("allocation", desk.trial["kind"], subject) if subject else None
    arm = desk.protocol.arms[row["arm"]].label or row["arm"] if row else ""
    person = unit.row("account", desk.by) or {"name": desk.by}
    told = Happened(event, site, subject, unit.at, str(person["name"]), arm)

    def written(receipts: list[Receipt]) -> None:
        receipt = _receipt(unit, told, receipts)
        for to in people:
            title, body = message(protocol_name, told, to, receipt)
            unit.note("outbox", id=secrets.token_hex(12), kind=event, account=to.account,
                      address=to.address, title=title, body=body, due=unit.at, tries=0)  # fmt: skip

    unit.audited.append(written)


def take(store: Store) -> list[Letter]:
    """Messages that are due, which nobody else takes for some minutes."""
    box = TABLES["outbox"]

    def work(unit: Unit) -> list[Letter]:
        asked = select(box).where(box.c.sent.is_(None), box.c.due <= unit.at)
        asked = asked.order_by(box.c.due, box.c.id).limit(_AT_ONCE)
        rows = unit.connection.execute(asked.with_for_update(skip_locked=True)).mappings().all()
        for one in rows:
            keep(unit, "outbox", one["id"], due=stamp(unit.now + _LEASE), tries=one["tries"] + 1)
        return [Letter(*(one[name] for name in Letter._fields)) for one in rows]

    with store.reading() as unit:  # most often nothing waits, and no writer is held up
        asked = select(box.c.id).where(box.c.sent.is_(None), box.c.due <= unit.at).limit(1)
        if unit.connection.execute(asked).first() is None:
            return []
    found: list[Letter] = store.attempt(work)[0]
    return found


def sent(store: Store, letter: Letter) -> None:
    """A message has gone out."""
    store.attempt(lambda unit: keep(unit, "outbox", letter.id, sent=unit.at, problem=None))


def not_sent(store: Store, letter: Letter, why: str) -> None:
    """A message is tried again, after a minute, two, four, and so on up to some hours."""
    store.attempt(partial(_later, letter=letter, why=why))


def _later(unit: Unit, *, letter: Letter, why: str) -> None:
    minutes = min(2**letter.tries, _LONGEST_WAIT * 60)
    due = stamp(unit.now + dt.timedelta(minutes=minutes))
    keep(unit, "outbox", letter.id, due=due, problem=why)


def _receipt(unit: Unit, told: Happened, receipts: list[Receipt]) -> Receipt | None:
    """Where the audit tells of it: of a randomization the allocation itself, as its page says."""
    chain = f"{SITE}{told.site}" if told.subject else TRIAL
    if told.event == "randomized" and told.subject:
        row = allocation_row(unit.connection, told.subject, chain)
        return Receipt(chain, row["n"], row["hash"])
    return next((one for one in reversed(receipts) if one.chain == chain), None)
