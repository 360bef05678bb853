"""`python -m support.crowded [SUBJECTS] [ROWS]`: what a page costs in a trial that is full.

Eight sites of a served trial, whose rows are written as commands leave them, in large units; then
each page is asked for, several times, by those who have it.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import tempfile
import time
from pathlib import Path

from equipoise.conduct.store.canonical import stamp
from equipoise.conduct.store.unit import Who
from support.conducted import live, plain_netter
from support.served import Site
from support.stores import SQLITE

SITES = tuple("ABCDEFGH")
AT_ONCE = 250
TIMES = 20
ASKED = (
    ("carl", "/"), ("dana", "/"), ("carl", "/subjects"), ("dana", "/subjects?find=9"),
    ("carl", "/subjects/{one}"), ("dana", "/queries"), ("carl", "/safety"), ("phil", "/pharmacy"),
    ("mona", "/monitor"), ("spike", "/accrual"), ("dana", "/audit?chain=site:A"),
    ("dana", "/audit?chain=site:A&subject={one}"), ("dana", "/audit?chain=trial"),
    ("dsmb", "/board"), ("uma", "/list"), ("spike", "/protocol"), ("adam", "/accounts"),
    ("carl", "/help"),
)  # fmt: skip


def one_more(unit, site, n, now):
    """A subject who was randomized so many days ago, with visits, forms, a dose and a query."""
    unit.site, unit.subject = site, f"{site}-{n:05}"
    unit.who = Who("carl", "coordinator", "submit form")
    subject, start = unit.subject, now - dt.timedelta(days=n % 300)
    day = start.date().isoformat()
    unit.insert("subject", id=subject, site=site, number=f"{n:05}", version="1",
                state="on treatment", consented=day, randomized=stamp(start),
                revision=1)  # fmt: skip
    unit.insert("allocation", list="test", subject=subject, stratum='["grade 3","more"]',
                slot=n * len(SITES) + SITES.index(site), arm=("lutate", "octreotide")[n % 2],
                nonce="00" * 16, site=site, by="carl", at=stamp(start))  # fmt: skip
    for k, key in enumerate(("baseline", "safety")):
        visit = f"{subject}/V{k}"
        unit.insert("visit", id=visit, subject=subject, key=key, n=1, name=key, number=str(k),
                    seq=k, state="held", held=day, day=1, revision=1)  # fmt: skip
        for m, form in enumerate(("laboratory", "reading")):
            unit.insert("form", id=f"{subject}/F{k}{m}", subject=subject, key=form, row=1, seq=m,
                        state=("entered", "signed")[n % 2], version="1", visit=visit,
                        revision=1)  # fmt: skip
    if n % 10 == 0:
        unit.insert("query", id=f"{subject}/Q1", form=f"{subject}/F00", subject=subject,
                    state="open", opened_by="dana", text="Sure?", revision_seen=1,
                    revision=1)  # fmt: skip
    unit.end()


def fill(trial, subjects, rows):
    """Subjects, and corrections of one value until the audit has so many rows."""
    for site in SITES:
        for start in range(0, subjects // len(SITES), AT_ONCE):
            with trial.store.unit() as unit:
                for n in range(start, min(start + AT_ONCE, subjects // len(SITES))):
                    one_more(unit, site, n, trial.clock.now)
    with trial.store.reading() as unit:
        done = unit.count("audit")
    while done < rows:
        site = SITES[(done // 1000) % len(SITES)]
        with trial.store.unit() as unit:
            unit.site, unit.subject = site, f"{site}-00001"
            for n in range(done, min(done + 1000, rows)):
                unit.who = Who("carl", "coordinator", "correct", f"typo {n}")
                new = {"kind": "text", "value": f"reader {n}", "unit": None, "missing": None}
                unit.value(f"{site}-00001/F01", "reader", new)
                unit.end()
        done += 1000
    return done


def main(subjects: str = "10000", rows: str = "1000000") -> None:
    with tempfile.TemporaryDirectory() as folder:
        trial = live(SQLITE, Path(folder), protocol=plain_netter(), sites=SITES)
        print(f"{subjects} subjects, {fill(trial, int(subjects), int(rows)):,} rows of audit")
        for person in ("carl", "phil", "mona"):  # of one site, as most are
            for grant in trial.rows("grant", account=person):
                if grant["site"] != "A":
                    trial.do("adam", "revoke", grant=grant["id"], reason="of site A alone")
        site = Site(trial)
        for person, path in ASKED:
            browser, where = site.as_(person), path.format(one="A-00001")
            cpu, wall = [], []
            for _ in range(TIMES + 1):
                clock, start = time.process_time(), time.perf_counter()
                answer = browser.get(where)
                cpu.append(1000 * (time.process_time() - clock))
                wall.append(1000 * (time.perf_counter() - start))
            assert answer.status_code == 200, (person, where, answer.status_code)
            worst = statistics.quantiles(wall[1:], n=20)[-1]
            usual = statistics.median(cpu[1:])
            told = f"first {cpu[0]:7.1f}, then {usual:6.1f} ms CPU, p95 {worst:6.1f} ms"
            print(f"{person:6} {path:38} {told}, {len(answer.text) // 1000} kB")
        trial.store.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
