"""`python -m support.million sqlite|postgresql [ROWS]`: how long a long audit takes to verify.

Eight sites change eight records each, in large units; every row is an honest one.
"""

from __future__ import annotations

import subprocess
import sys
import time

from equipoise.conduct.store.anchors import ANCHORS
from equipoise.conduct.store.bodies import Who
from equipoise.conduct.store.canonical import GENESIS
from equipoise.conduct.store.export import export_audit
from equipoise.conduct.store.store import Store
from equipoise.conduct.store.verify import audited
from support.storm import place

SITES = tuple("ABCDEFGH")
AT_ONCE = 1_000  # PostgreSQL walks over every version of a row that one transaction has made
ANCHORED = 100_000


def fill(store: Store, rows: int) -> None:
    """Rows of audit, as commands that correct one value leave them."""
    with store.unit() as unit:
        unit.who = Who("adam", "admin", "open site")
        unit.insert("protocol_version", id="1", digest="d", file="f", resolved="r", at=unit.at,
                    by="adam", tested="t")  # fmt: skip
        for site in SITES:
            unit.begin_chain(f"site:{site}", GENESIS)
            unit.insert("site", id=site, name=site, zone="UTC", state="active", revision=1)
    for site in SITES:
        with store.unit() as unit:
            unit.site, unit.subject = site, f"{site}-001"
            unit.who = Who("carl", "coordinator", "screen")
            unit.insert("subject", id=unit.subject, site=site, number="001", version="1",
                        state="screened", revision=1)  # fmt: skip
            unit.insert("form", id=f"{site}-001/F00001", subject=unit.subject, key="baseline",
                        row=1, seq=1, state="entered", version="1", revision=1)  # fmt: skip
    done = 1 + 3 * len(SITES)
    while done < rows:
        site = SITES[(done // AT_ONCE) % len(SITES)]
        with store.unit() as unit:
            unit.site, unit.subject = site, f"{site}-001"
            for n in range(done, min(done + AT_ONCE, rows)):
                unit.who = Who("carl", "coordinator", "correct", f"typo {n}")
                new = {"kind": "number", "value": str(n), "unit": None, "missing": None}
                unit.value(f"{site}-001/F00001", "WEIGHT", new)
                unit.end()
        done += AT_ONCE
        if done // AT_ONCE % (ANCHORED // AT_ONCE) == 1:
            store.anchor()


def main(kind: str, rows: str = "1000000") -> None:
    with place(kind) as (folder, where, _):
        store = Store.open(where or folder, folder=folder)
        fill(store, int(rows))
        lines = (folder / ANCHORS).read_text("ascii").splitlines(keepends=True)
        for tables in (True, False):
            start = time.process_time()
            with store.reading() as unit:
                found = audited(unit.connection, outside=lines, tables=tables)
            how = "with every table beside it" if tables else "chains and anchors alone"
            used = time.process_time() - start
            print(f"{found.in_words()}; {used:.1f} s CPU, {how}")
        with store.reading() as unit:
            export_audit(unit.connection, folder / "out", outside=lines)
        start = time.perf_counter()
        script = [sys.executable, str(folder / "out" / "verify_audit.py"), str(folder / "out")]
        said = subprocess.run(script, capture_output=True, text=True, check=False).stdout.strip()
        print(f"{said}; the exported script, {time.perf_counter() - start:.1f} s")
        store.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
