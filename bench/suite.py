"""What the tests cost by folder: CPU seconds now, beside those of an earlier commit.

    python -m bench.suite                         # every folder of tests/, and of tests/unit
    BASE=v0.3.0 python -m bench.suite tests/twins tests/unit/cli

Each folder is one process of pytest, with kernels of its own commit that the first test compiles.
A folder that one of the two commits does not have shows no seconds there; `*` where a test fails.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator

from bench.felt import HOUSE, RECORDED, House, houses_of

QUIET = ("-q", "-p", "no:cacheprovider", "-n", "0", "--import-mode=importlib")


def folders() -> Iterator[str]:
    """The folders of tests/, those of tests/unit one by one."""
    for path in sorted((HOUSE / "tests").iterdir()):
        below = sorted(path.iterdir()) if path.name == "unit" else [path]
        yield from (str(p.relative_to(HOUSE)) for p in below if any(p.rglob("test_*.py")))


def spent(house: House, folder: str) -> str:
    """CPU seconds of the tests of a folder, as text."""
    if not (house.root / folder).is_dir():
        return "-"
    paths = os.pathsep.join(str(house.root / name) for name in ("src", "tests"))
    env = {**os.environ, "PYTHONPATH": paths, "NUMBA_CACHE_DIR": str(house.room / "kernels")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "pytest", *QUIET, folder]
    done = subprocess.run(command, cwd=house.root, env=env, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{seconds:.1f}{'*' if done.returncode else ''}"


def main() -> None:
    """Print a line a folder as it ends."""
    base = os.environ.get("BASE", RECORDED)
    with houses_of(base) as houses:
        print(f"  {'CPU seconds; before is ' + base:<48}{'now':>10}{'before':>10}")
        for folder in sys.argv[1:] or folders():
            told = "".join(f"{spent(house, folder):>10}" for house in houses)
            print(f"  {folder:<48}{told}", flush=True)


if __name__ == "__main__":
    main()
