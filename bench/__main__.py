"""`make bench`: speed now, before, and beside named peers, measured in one run.

    python -m bench              # every part
    python -m bench felt growth  # these

Each part is a process of its own: one that fails says why in a line, and the next goes on.
"""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time

from bench.houses import HOUSE

PARTS = {
    "felt": "what a user feels, now and before",
    "growth": "how every verb grows with the number of subjects",
    "simulation": "virtual trials by stage, beside their floor",
    "continuous": "repeated measures",
    "design": "bounds, sizes and plans",
    "survival": "time to event beside other libraries",
    "tables": "plain tables of times to event beside other libraries",
    "derivation": "derivation of a large trial",
    "suite": "what the tests cost by folder, now and before",
}
LONGEST = 60 * 60
"""Seconds that a part may take."""


def run(part: str) -> str:
    """Why a part has failed, or nothing."""
    command = [sys.executable, "-m", f"bench.{part}"]
    child = subprocess.Popen(command, cwd=HOUSE, start_new_session=True)
    try:
        code = child.wait(LONGEST)
    except subprocess.TimeoutExpired:
        return f"took more than {LONGEST / 60:g} minutes"
    finally:
        if child.poll() is None:
            child.terminate()  # it takes its folders away
            child.wait()
    return f"ended with {code}" if code else ""


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Run the parts, each with its time at the end; 1 where one has failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that a part is stopped too
    failed = []
    for part in sys.argv[1:] or PARTS:
        title = f"{part}: {PARTS.get(part, 'by name alone')}"
        print(f"\n{title}\n{'=' * len(title)}", flush=True)
        began, before = time.monotonic(), cpu()
        why = run(part)
        took = f"{time.monotonic() - began:,.0f} seconds, {cpu() - before:,.0f} of CPU"
        print(f"[{part}: {took}{'; ' + why if why else ''}]", flush=True)
        failed += [part] * bool(why)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
