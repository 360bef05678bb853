"""A trial that is conducted through its commands, for tests."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from equipoise.allocation.lists import SecretList
from equipoise.allocation.secret import list_key
from equipoise.allocation.serving import Serving
from equipoise.conduct.commands.bus import Bus
from equipoise.conduct.commands.central.open_trial import open_trial
from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.commands.model import Answered, ListAtHand
from equipoise.conduct.store.store import Store
from equipoise.meaning.check import read
from equipoise.protocol import Protocol
from equipoise.protocol.model import altered
from support.prepared import prepared
from support.stores import Ticking, new_store
from support.virtual import netter

KEY = hashlib.sha256(b"a key").digest()
START = dt.date(2026, 1, 5)
PEOPLE = {
    "carl": "coordinator",
    "iris": "investigator",
    "phil": "pharmacist",
    "mona": "monitor",
    "dana": "data manager",
    "uma": "unblinded statistician",
    "ulf": "unblinded statistician",
    "bert": "blinded statistician",
    "spike": "sponsor",
    "dsmb": "DSMB",
}
OF_SITE = ("coordinator", "investigator", "pharmacist", "monitor")
BASELINE = {"AGE": 60, "SEX": "F", "KPS": 90, "KI67": 3,
            "UPTAKE": "grade 3", "SSADUR": "more than 6 months", "REGION": "north"}  # fmt: skip


SMALL = """
equipoise: "1"
trial: {id: T1, title: Small, masking: MASKING}
population:
  randomize: SUBJECTS
  eligibility: {include: [{id: I1, text: Adult, rule: AGE >= 18}]}
arms:
  a: {label: Alpha, role: experimental}
  b: {label: Beta, role: control}
allocation: {METHOD, strata: {SEX: [F, M], REGION: [north, south]}}
"""


def small(subjects: int, *, method: str = "blocks: 4", masking: str = "open label") -> Protocol:
    """A trial of two arms and four strata, without a design."""
    text = SMALL.replace("SUBJECTS", str(subjects)).replace("METHOD", method)
    stream = BytesIO(text.replace("MASKING", masking).encode())
    stream.name = "small.yaml"
    return read(stream)


def plain_netter() -> Protocol:
    """NETTER-1 with the plain forms, whose rows are those of the record."""
    return altered(netter(), forms={}, checks=())


class Conducted:
    """A store with its bus; `do` sends a command as somebody."""

    def __init__(self, bus: Bus, where: str | Path, numbers: Iterator[int] | None = None) -> None:
        self.bus, self.where, self.numbers = bus, where, numbers or itertools.count(1)
        self.departures: list[tuple[Any, ...]] = []  # what was given against the rules

    @property
    def store(self) -> Store:
        return self.bus.store

    @property
    def clock(self) -> Ticking:
        assert isinstance(self.store.clock, Ticking)
        return self.store.clock

    def do(self, by: str, name: str, *, request: str | None = None, **given: Any) -> Answered:
        command = EVERY_COMMAND[name].model_validate(given)
        return self.bus.send(command, by=by, key=request or f"k{next(self.numbers)}")

    def submit(self, subject: str, visit: str, forms: list[tuple[str, list[Any]]]) -> None:
        """The forms of a visit, in one transaction."""
        asked = []
        for key, rows in forms:
            given = {"subject": subject, "key": key, "visit": visit, "rows": rows}
            command = EVERY_COMMAND["submit form"].model_validate(given)
            asked.append((command, "carl", f"{visit} {key}"))
        self.bus.send_all(asked)

    def rows(self, table: str, **equal: Any) -> list[dict[str, Any]]:
        with self.store.reading() as unit:
            return unit.rows(table, **equal)

    def audit_rows(self) -> int:
        return len(self.rows("audit"))

    def baseline_form(self, subject: str) -> str:
        return str(self.rows("form", subject=subject, key="baseline")[0]["id"])

    def screened(self, site: str = "A", **answers: Any) -> str:
        """A subject who may be randomized."""
        subject = str(self.do("carl", "screen", site=site)["subject"])
        self.do("carl", "consent", subject=subject, on=str(self.clock.now.date()))
        rows = [{**BASELINE, **answers}]
        (form,) = self.do("carl", "submit form", subject=subject, key="baseline", rows=rows)[
            "forms"
        ]
        self.do("iris", "sign", form=form)
        self.do("iris", "judge eligibility", subject=subject, met=all_met(self.bus.protocol))
        return subject

    def randomized(self, site: str = "A", **answers: Any) -> str:
        subject = self.screened(site, **answers)
        self.do("carl", "randomize", subject=subject)
        return subject


def all_met(protocol: Protocol) -> dict[str, bool]:
    asked = protocol.population.eligibility
    return {one.id: True for one in (*asked.include, *asked.exclude)}


def lists(protocol: Protocol, kind: str, *, length: int = 300) -> ListAtHand:
    of_list = list_key(KEY, kind=kind, trial=protocol.trial.id)
    secret = SecretList(protocol.allocation, tuple(protocol.arms), of_list, length)
    return ListAtHand(secret, Serving(secret))


def opened(
    kind: str,
    folder: Path,
    *,
    protocol: Protocol | None = None,
    list_kind: str = "test",
    sites: tuple[str, ...] = ("A", "B"),
    served: ListAtHand | None = None,
    start: dt.date = START,
    countries: dict[str, str] | None = None,
    is_live: bool = False,
) -> Conducted:
    """A trial with people and sites, and no list yet."""
    protocol = protocol or plain_netter()

    def conduct(folder: Path) -> Conducted:
        folder.mkdir(exist_ok=True, parents=True)
        store, where = new_store(kind, folder, Ticking(start.year, start.month, start.day))
        found = set_up(store, where, protocol, kind=list_kind, sites=sites, served=served,
                       countries=countries)  # fmt: skip
        return recruiting(found) if is_live else found

    if served is not None:  # a list of its own
        return conduct(folder)
    of = (protocol.digest, list_kind, sites, start, *(countries or {}).items())
    return prepared(("opened", kind, is_live, *of), folder, conduct)


def set_up(
    store: Store,
    where: str | Path,
    protocol: Protocol,
    *,
    kind: str,
    sites: tuple[str, ...] = ("A", "B"),
    served: ListAtHand | None = None,
    countries: dict[str, str] | None = None,
) -> Conducted:
    """The same in a store that is there."""
    start = store.clock().date()
    open_trial(store, protocol, kind=kind, owner="adam", text="the file")
    found = Conducted(Bus(store, protocol, served or lists(protocol, kind)), where)
    for site in sites:
        found.do("adam", "open site", site=site, country=(countries or {}).get(site))
        found.do("adam", "approve version", site=site, version="1", approved_on=str(start))
        found.do("adam", "set site", site=site, to="active")
    for person, role in PEOPLE.items():
        found.do("adam", "open account", account=person, person=person.capitalize())
        for site in sites if role in OF_SITE else (None,):
            found.do("adam", "grant", account=person, role=role, site=site)
    return found


def live(kind: str, folder: Path, **given: Any) -> Conducted:
    """A trial that recruits."""
    return opened(kind, folder, **given, is_live=True)


def recruiting(found: Conducted) -> Conducted:
    """The same trial, live."""
    found.do("ulf", "review list")
    found.do("uma", "activate list", reviewed_by="ulf")
    found.do("spike", "set trial", to="live")
    return found
