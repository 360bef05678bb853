"""What accrual asks of a store: states in time, as the audit tells them, and who was not taken in.

Checked  tests/unit/service/test_accrual.py.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from sqlalchemy import or_, select

from equipoise.conduct.store.canonical import TRIAL
from equipoise.conduct.store.tables import TABLES
from equipoise.conduct.store.unit import Unit

_STATED = ("site", "trial")


class StateChange(NamedTuple):
    """The trial or a site came into a state. key : of the record; at : a moment of the audit"""

    table: str
    key: str
    at: str
    state: str


def states_since(unit: Unit, n: int) -> list[StateChange]:
    """Every change of the trial's state or of a site's after the n-th row of the trial's chain."""
    audit = TABLES["audit"].c
    about = (audit.body.contains(f'"table":"{name}"', autoescape=True) for name in _STATED)
    asked = select(audit.body).where(audit.chain == TRIAL, audit.n > n, or_(*about))
    asked = asked.where(audit.body.contains('"state":[', autoescape=True)).order_by(audit.n)
    found = []
    for text in unit.connection.execute(asked).scalars():
        body = json.loads(text)
        if body.get("table") in _STATED and "state" in body["change"]:
            key, state = str(body["key"][0]), body["change"]["state"][1]
            found.append(StateChange(body["table"], key, body["at"], state))
    return found


def not_met_by(unit: Unit, site: str, state: str, form: str) -> list[tuple[str, str, str]]:
    """Subject, version and criterion of each criterion that was judged not to let a subject in.

    state : of the subjects of the site; form : the key of the form of criteria
    """
    people, forms, value = TABLES["subject"], TABLES["form"], TABLES["value"]
    asked = select(forms.c.subject, forms.c.version, value.c.item)
    asked = asked.join(people, people.c.id == forms.c.subject)
    asked = asked.join(value, value.c.form == forms.c.id)
    asked = asked.where(
        people.c.site == site, people.c.state == state, forms.c.key == form,
        value.c.kind == "truth", value.c.value == "false",
    )  # fmt: skip
    return [(one[0], one[1], one[2]) for one in unit.connection.execute(asked)]


def ended_by(unit: Unit, site: str, state: str) -> dict[str, str]:
    """Subject of a site in a state -> why the last part of it that was ended was."""
    people, ends = TABLES["subject"], TABLES["disposition"]
    asked = select(ends.c.subject, ends.c.what).join(people, people.c.id == ends.c.subject)
    asked = asked.where(people.c.site == site, people.c.state == state).order_by(ends.c.seq)
    return {one[0]: one[1] for one in unit.connection.execute(asked)}
