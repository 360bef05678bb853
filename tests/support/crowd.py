"""A trial that is full: subjects of several sites as commands leave them, written in large units.

Each has visits with laboratory values, readings and doses; some have adverse events, queries, a
signature that is void, a dose under way. Corrections follow until the audit is as long as asked.
"""

from __future__ import annotations

import datetime as dt

from equipoise.conduct.store.bodies import Who
from equipoise.conduct.store.canonical import stamp
from equipoise.conduct.store.unit import Unit
from support.conducted import BASELINE, Conducted

AT_ONCE = 250
VISITS = ("baseline", "safety", "safety", "safety")
DOSES = {"lutate": ("177Lu-Dotatate", "7.4", "GBq"), "octreotide": ("octreotide LAR", "60", "mg")}


def fill(trial: Conducted, sites: tuple[str, ...], subjects: int, rows: int) -> int:
    """Subjects spread over sites, then corrections; how many rows the audit has."""
    for site in sites:
        for start in range(0, subjects // len(sites), AT_ONCE):
            with trial.store.unit() as unit:
                for n in range(start, min(start + AT_ONCE, subjects // len(sites))):
                    _one(unit, sites.index(site) * subjects + n, site, n, trial.clock.now)
                    unit.end()
    with trial.store.reading() as unit:
        done = unit.count("audit")
    while done < rows:
        site = sites[(done // 1000) % len(sites)]
        with trial.store.unit() as unit:
            unit.site, unit.subject = site, f"{site}-00001"
            for n in range(done, min(done + 1000, rows)):
                unit.who = Who("carl", "coordinator", "correct", f"typo {n}")
                unit.value(f"{site}-00001/F0b", "reader", _text(f"reader {n}"))
                unit.end()
        done += 1000
    return done


def _one(unit: Unit, slot: int, site: str, n: int, now: dt.datetime) -> None:
    """A subject who was randomized so many days ago; every twentieth is screened alone."""
    unit.site, unit.subject = site, f"{site}-{n:05}"
    unit.who = Who("carl", "coordinator", "submit form")
    subject, start = unit.subject, now - dt.timedelta(days=n % 300)
    arm, is_in, day = ("lutate", "octreotide")[n % 2], n % 20 != 3, start.date().isoformat()
    unit.insert("subject", id=subject, site=site, number=f"{n:05}", version="1", revision=1,
                state="on treatment" if is_in else "eligible", consented=day,
                randomized=stamp(start) if is_in else None)  # fmt: skip
    _form(unit, "B", "baseline", None, BASELINE, state="signed")
    _events(unit, n, day, now)
    if not is_in:
        return
    unit.insert("allocation", list="test", subject=subject, stratum='["grade 3","more"]',
                slot=slot + 1, arm=arm, nonce="00" * 16, site=site, by="carl",
                at=stamp(start))  # fmt: skip
    for k, key in enumerate(VISITS[: 1 + (n % 300) // 30]):
        _visit(unit, k, key, n, start.date())
    _doses(unit, arm, n, start.date())


def _visit(unit: Unit, k: int, key: str, n: int, start: dt.date) -> None:
    day, visit = start + dt.timedelta(days=28 * k), f"{unit.subject}/V{k}"
    unit.insert("visit", id=visit, subject=unit.subject, key=key, n=max(k, 1), name=f"{key} {k}",
                number=str(k), seq=k, state="held", held=day.isoformat(), day=1 + 28 * k,
                revision=1)  # fmt: skip
    state = ("entered", "signed")[n % 2]
    for m, (code, value) in enumerate((("PLAT", 60.0 + n % 200), ("HGB", 120.0), ("NEUT", 4.0))):
        said = {"code": code, "value": value, "unit": "g/L" if code == "HGB" else "10^9/L"}
        _form(unit, f"{k}{m}", "laboratory", visit, said, state=state)
    _form(unit, f"{k}b", "reading", visit, {"response": "SD", "reader": "reader"}, state=state)


def _doses(unit: Unit, arm: str, n: int, start: dt.date) -> None:
    drug, amount, unit_ = DOSES[arm]
    cells = {"drug": drug, "amount": amount, "level": amount, "unit": unit_, "by": "carl"}
    for k in range(1 + (n % 300) // 120):
        on = (start + dt.timedelta(days=56 * k)).isoformat()
        unit.insert("dose", id=f"{unit.subject}/D{k}", subject=unit.subject, n=k + 1, seq=k + 1,
                    state="given", given=on, last=on, planned=on, revision=1, **cells)  # fmt: skip
    if n % 100 == 40:
        at = stamp(unit.now - dt.timedelta(hours=4))
        unit.insert("dose", id=f"{unit.subject}/D9", subject=unit.subject, n=9, seq=9,
                    state="calibrated", planned=unit.at[:10], revision=1, ordered=at,
                    calibrated=at, activity="8.1", **cells)  # fmt: skip


def _events(unit: Unit, n: int, day: str, now: dt.datetime) -> None:
    """Adverse events, some serious and most of those reported; queries; what is void."""
    form = f"{unit.subject}/FB"
    if n % 4 == 0:
        said = {"term": "Nausea", "start": day, "grade": 2, "serious": n % 40 == 0}
        form = _form(unit, "E", "adverse event", None, said, state="entered")
    if n % 80 == 0:
        at = stamp(now)
        unit.insert("sae", id=f"{unit.subject}/S1", subject=unit.subject, form=form, aware_at=at,
                    due_at=stamp(now + dt.timedelta(days=1)), state="reported", by="carl",
                    revision=1)  # fmt: skip
        unit.insert("sae_version", sae=f"{unit.subject}/S1", n=1, kind="report", by="carl",
                    text="", form_digest="00", at=at)  # fmt: skip
    if n % 5 == 0:
        query = f"{unit.subject}/Q1"
        unit.insert("query", id=query, form=form, subject=unit.subject, opened_by="dana",
                    state=("open", "closed")[n % 2], text="Sure?", revision_seen=1,
                    revision=1)  # fmt: skip
        unit.insert("query_turn", query=query, n=1, kind="opened", by="dana", text="Sure?",
                    at=unit.at)  # fmt: skip
    if n % 200 == 0:
        unit.insert("signature", id=f"{form}/S1", object=form, digest="00", name="Mona", by="mona",
                    meaning="verified against its source", at=unit.at, subject=unit.subject,
                    void_at=unit.at, void_by="carl", revision=1)  # fmt: skip
    if n % 10 == 0:
        unit.insert("kit", id=f"K-{unit.subject}", drug="177Lu-Dotatate", lot="L1", by="phil",
                    expires=now.date().isoformat(), state="at site", site=unit.site, at=unit.at,
                    nonce="00" * 16, revision=1)  # fmt: skip


def _form(unit: Unit, name: str, key: str, visit: str | None, said: dict, *, state: str) -> str:
    form = f"{unit.subject}/F{name}"
    unit.insert("form", id=form, subject=unit.subject, key=key, row=1, seq=1, state=state,
                version="1", visit=visit, revision=1)  # fmt: skip
    for item, value in said.items():
        unit.value(form, item, _told(item, value))
    return form


def _told(item: str, value: object) -> dict[str, str | None]:
    if isinstance(value, bool):
        return _text("true" if value else "false", "truth")
    if isinstance(value, int | float):
        return _text(str(value), "whole" if item == "grade" else "number")
    return _text(str(value), "date" if item == "start" else "text")


def _text(value: str, kind: str = "text") -> dict[str, str | None]:
    return {"kind": kind, "value": value, "unit": None, "missing": None}
