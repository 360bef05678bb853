"""What the API tells: the shape of every answer to a read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict


class Told(BaseModel):
    """What is told of a record; what is not named here is not told."""

    model_config = ConfigDict(extra="ignore")


class Me(Told):
    """Who asks. commands : those that this token may send at all"""

    account: str
    role: str
    site: str | None
    until: str
    commands: list[str]


class SubjectTold(Told):
    """A subject."""

    id: str
    site: str
    state: str
    version: str
    consented: str | None
    randomized: str | None
    treatment_ended: str | None
    ended: str | None
    died: str | None
    revision: int


class FormState(Told):
    """A form of a visit, and how far it is."""

    title: str
    state: str


class VisitTold(Told):
    """A visit, held or planned."""

    name: str
    day: dt.date
    low: dt.date
    high: dt.date
    state: str
    forms: list[FormState]


class NextDoseTold(Told):
    """What is done about a drug today."""

    drug: str
    says: str
    due: dt.date
    amount: str
    unit: str
    given: int


class DoseTold(Told):
    """A dose."""

    id: str
    drug: str
    state: str
    given: str | None
    amount: str | None
    unit: str | None
    reason: str | None
    revision: int


class WholeSubject(SubjectTold):
    """A subject with all that is about it. arm, doses : empty where they may not be known"""

    arm: str
    visits: list[VisitTold]
    next: list[NextDoseTold]
    doses: list[DoseTold]


class FormTold(Told):
    """A form."""

    id: str
    key: str
    title: str
    visit: str | None
    state: str
    version: str
    revision: int


class AnswerTold(Told):
    """An answer, or why it is missing."""

    item: str
    label: str
    kind: str
    answer: Any
    missing: str
    revision: int


class SignatureTold(Told):
    """A signature, and when it became void."""

    name: str
    meaning: str
    by: str
    at: str
    void_at: str | None


class CorrectionTold(Told):
    """One correction."""

    at: str
    by: str
    item: str
    before: str
    after: str
    reason: str


class WholeForm(FormTold):
    """A form with its answers, signatures and corrections."""

    answers: list[AnswerTold]
    signatures: list[SignatureTold]
    corrections: list[CorrectionTold]


class AllocationTold(Told):
    """An allocation. arm : none where it may not be known; receipt : where the audit tells of it"""

    subject: str
    at: str
    by: str
    arm: str | None
    label: str | None
    chain: str
    n: int
    hash: str


class Turn(Told):
    """What was said of a query."""

    kind: str
    by: str
    text: str
    at: str


class QueryTold(Told):
    """A query with its talk."""

    id: str
    site: str
    subject: str
    form: str
    form_key: str
    item: str | None
    rule: str | None
    state: str
    text: str
    revision: int
    turns: list[Turn]


class ChangeTold(Told):
    """One change of a record."""

    what: str
    before: str
    after: str


class AuditRow(Told):
    """A row of the audit; what may not be known is withheld, its number and hash are not."""

    chain: str
    n: int
    hash: str
    at: str
    by: str
    role: str
    command: str
    record: str
    subject: str
    reason: str
    changes: list[ChangeTold]


class SeriousTold(Told):
    """A serious adverse event, and the clock of its report."""

    subject: str
    site: str
    form: str
    term: str
    grade: str
    aware: str
    due: str
    state: str
    late: bool


class RangeTold(Told):
    """A reference range. n : how often it was told; the last time counts"""

    laboratory: str
    test: str
    sex: str
    age_from: int
    from_day: dt.date
    n: int
    lower: str | None
    upper: str | None
    unit: str
    by: str
    at: str


class RangeList(Told):
    """Reference ranges of laboratories, each a site's."""

    items: list[RangeTold]


class SubjectPage(Told):
    """Subjects. next : the cursor of the next page"""

    items: list[SubjectTold]
    next: str | None


class FormList(Told):
    """The forms of a subject."""

    items: list[FormTold]


class QueryPage(Told):
    """Queries. next : the cursor of the next page"""

    items: list[QueryTold]
    next: str | None


class AuditPage(Told):
    """Rows of a chain, newest first. next : the cursor of the next page"""

    chain: str
    chains: list[str]
    items: list[AuditRow]
    next: str | None


class SeriousList(Told):
    """Serious adverse events."""

    items: list[SeriousTold]
