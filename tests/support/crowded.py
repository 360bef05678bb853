"""`python -m support.crowded [SUBJECTS] [ROWS] [SITES] [sqlite|postgresql]`: what a page costs in
a trial that is full, beside what it may cost; it fails where one costs more.

The pages are asked for as the server has them: once what it keeps of each subject was read. Then
a command is done, or a day goes by, and some are asked for again.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from equipoise.conduct.store.canonical import stamp
from equipoise.service.trial import Served
from support.bearing import BASE, token_of
from support.conducted import OF_SITE, PEOPLE, Conducted, live, plain_netter
from support.crowd import fill
from support.served import Site

TIMES = 20
MOST_CPU, MOST_WALL = 40.0, 100.0  # ms, of nineteen in twenty
ASKED = (
    ("carl", "/"), ("dana", "/"), ("carl", "/subjects"), ("dana", "/subjects?find=9"),
    ("carl", "/subjects/{one}"), ("dana", "/subjects/{one}"),
    ("carl", "/subjects/{one}/open?key=safety&n=6"),
    ("carl", "/subjects/{one}/form?key=laboratory&visit={one}/V0"),
    ("carl", "/subjects/{one}/entered?key=laboratory&visit={one}/V0"),
    ("carl", "/forms/{one}/F00"), ("iris", "/subjects/{one}/sign"),
    ("carl", "/subjects/{two}/randomize"), ("carl", "/subjects/{one}/allocation"),
    ("iris", "/subjects/{one}/unblind"),
    ("dana", "/queries"), ("dana", "/queries?closed=true"), ("carl", "/safety"),
    ("dana", "/safety"), ("phil", "/pharmacy"), ("spike", "/pharmacy"), ("mona", "/monitor"),
    ("dana", "/monitor"), ("spike", "/accrual"), ("dana", "/audit?chain=site:A"),
    ("dana", "/audit?chain=site:A&subject={one}"), ("dana", "/audit?chain=site:A&by=dana"),
    ("dana", "/audit?chain=site:A&since=2020-01-01&until=2020-12-31"),
    ("dana", "/audit?chain=trial"), ("dsmb", "/board"), ("uma", "/list"), ("dana", "/closing"),
    ("dana", "/ranges?site=A"),
    ("spike", "/protocol"), ("adam", "/accounts"), ("carl", "/tokens"), ("carl", "/help"),
    ("api", "/me"), ("api", "/subjects?limit=500"), ("api", "/subjects?state=eligible"),
    ("api", "/subjects/{one}"), ("api", "/subjects/{one}/forms"), ("api", "/forms/{one}/F00"),
    ("api", "/queries?limit=100"), ("api", "/audit?chain=site:A"), ("api", "/accrual"),
    ("api", "/safety"),
)  # fmt: skip


class Costs(NamedTuple):
    """What a page costs: milliseconds of each time that it was asked for."""

    cpu: list[float]
    wall: list[float]
    size: int

    @property
    def is_well(self) -> bool:
        return _late(self.cpu) < MOST_CPU and _late(self.wall) < MOST_WALL

    def __str__(self) -> str:
        cpu, wall = statistics.median(self.cpu), statistics.median(self.wall)
        told = f"{self.cpu[0]:7.1f} {cpu:6.1f} {_late(self.cpu):6.1f} < {MOST_CPU:.0f}"
        told += f"  {wall:6.1f} {_late(self.wall):6.1f} < {MOST_WALL:.0f}"
        return f"{told} {self.size // 1000:4} kB" + (" TOO MUCH" if not self.is_well else "")


def _late(ms: list[float]) -> float:
    """What nineteen in twenty are below."""
    return statistics.quantiles(ms, n=20, method="inclusive")[-1]


def _waited() -> float:
    """Seconds that the threads of this process have stood in line for a processor."""
    found = 0.0
    for file in Path("/proc/self/task").glob("*/schedstat"):
        with suppress(OSError):
            found += int(file.read_text().split()[1]) / 1e9
    return found


def cost(get: Callable[[], Any], before: Callable[[], Any] = lambda: None) -> Costs:
    """Of a page that is asked for time and again. before : what is done in between"""
    cpu, wall, size = [], [], 0
    for _ in range(TIMES):
        before()
        waited, clock, start = _waited(), time.process_time(), time.perf_counter()
        answer = get()
        took, used = time.perf_counter() - start, time.process_time() - clock
        cpu.append(1000 * used)
        wall.append(1000 * max(took - (_waited() - waited), used))
        assert answer.status_code == 200, (answer.url, answer.status_code)
        size = len(answer.content)
    return Costs(cpu, wall, size)


def pages(trial: Conducted, site: Site) -> Iterator[tuple[str, str, Costs]]:
    """Who asks for which page, and what it costs; carl, iris, phil and mona are of one site."""
    bearer = {"authorization": f"Bearer {token_of(trial, 'dana')}"}
    for person, path in ASKED:
        where = path.format(one="A-00040", two="A-00003")
        if person == "api":
            get = partial(site.nobody().get, f"{BASE}{where}", headers=bearer)
        else:
            get = partial(site.as_(person).get, where)
        yield person, where, cost(get)

    def one_more() -> None:
        trial.do("dana", "raise query", form="A-00007/FB", text="And this?")

    def next_day() -> None:
        trial.clock.now += dt.timedelta(days=1)
        site.served.warm()  # as the server does in the first minute of a day

    for what, change in (("after a command", one_more), ("on a new day", next_day)):
        for person, path in (("carl", "/"), ("dana", "/"), ("phil", "/pharmacy")):
            browser: list[Any] = [site.as_(person)]

            def before(change=change, person=person, browser=browser) -> None:
                change()
                browser[:] = [site.as_(person)]

            yield person, f"{path} {what}", cost(lambda b=browser, p=path: b[0].get(p), before)


def main(
    subjects: str = "10000", rows: str = "1000000", several: str = "8", kind: str = "sqlite"
) -> int:
    sites = tuple(chr(65 + n % 26) * (1 + n // 26) for n in range(int(several)))
    with tempfile.TemporaryDirectory() as folder:
        trial = live(kind, Path(folder), protocol=plain_netter(), sites=sites)
        done = fill(trial, sites, int(subjects), int(rows))
        said = f"{subjects} subjects of {several} sites, {done:,} rows of audit, {kind}"
        well = measured(trial, said)
        trial.store.engine.dispose()
    return 0 if well else 1


def published(served: Served, today: dt.date) -> None:
    """Events as the worker tells them once it has been through everybody: made up, for its pace."""
    made = {f"S{n}": {"PFS": today - dt.timedelta(days=n)} for n in range(60)}
    served.events.learn(served.protocol, made, made)
    served.events.publish(served.events_now(stamp(dt.datetime.now(dt.UTC))))


def measured(trial: Conducted, said: str) -> bool:
    """Prints the table; whether every page costs what it may."""
    for grant in trial.rows("grant"):
        is_other = PEOPLE.get(grant["account"]) in OF_SITE and grant["site"] != "A"
        if is_other and grant["until_at"] is None:
            trial.do("adam", "revoke", grant=grant["id"], reason="of site A alone")
    print(f"{said}; load {os.getloadavg()[0]:.1f}")
    print("milliseconds; of CPU the first, half, 19 of 20 and bound; of time half, 19 of 20 and "
          "bound, without what other programs held the processor for")  # fmt: skip
    site, clock = Site(trial), time.process_time()
    site.served.warm()
    published(site.served, trial.clock.now.date())
    print(f"what is kept of every site was read in {time.process_time() - clock:.1f} s of CPU")
    well = True
    for person, where, found in pages(trial, site):
        print(f"{person:6} {where:62} {found}", flush=True)
        well &= found.is_well
    return well


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
