"""What the tests cost by folder: CPU seconds now, beside those of an earlier commit.

    make test                          # keeps what each test takes in build/spent.tsv
    python -m bench.suite              # that, beside the base as it was recorded
    python -m bench.suite record       # run the base's tests, and record them by folder

Both are what two workers take, with all that tests start, kernels compiled on the way. A dash:
nothing was run there; `*`: a test fails.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from bench.houses import HOUSE, RECORDED, House, houses_of, spent

NOW = HOUSE / "build" / "spent.tsv"
KEPT = HOUSE / "bench" / "recorded"
LONGEST = 3600
"""CPU seconds that a worker may take."""
SHORTEST = 0.1  # CPU seconds of which a ratio says something
WORKERS = ("-q", "-n", "2", "--dist", "loadfile", "--import-mode=importlib")


class Folder(NamedTuple):
    """CPU seconds of a folder's tests, how many there are, and how many fail."""

    seconds: float = 0.0
    tests: int = 0
    failed: int = 0

    def and_(self, other: Folder) -> Folder:
        return Folder(*(a + b for a, b in zip(self, other)))


class Spent(NamedTuple):
    """The commit and the day, and each folder."""

    when: str
    folders: dict[str, Folder]

    @property
    def all(self) -> Folder:
        whole = Folder()
        for folder in self.folders.values():
            whole = whole.and_(folder)
        return whole


def folder_of(test: str) -> str:
    """tests/twins, or tests/unit/cli, of a test's name."""
    parts = Path(test.split("::")[0]).parent.parts
    return "/".join(parts[: 3 if parts[1:2] == ("unit",) else 2]) or test


def by_folder(file: Path) -> Spent:
    """What the plugin `bench.spent` has written, test by test."""
    when, *lines = file.read_text("utf-8").splitlines()
    folders: dict[str, Folder] = {}
    for line in lines:
        took, failed, test = line.split("\t", 2)
        one = Folder(float(took), int("::" in test), int(failed))
        folders[folder_of(test)] = folders.get(folder_of(test), Folder()).and_(one)
    return Spent(when, folders)


def recorded(file: Path) -> Spent:
    """What was kept of a commit, folder by folder."""
    when, *lines = file.read_text("utf-8").splitlines()
    told = (line.split("\t") for line in lines)
    return Spent(when, {f: Folder(float(s), int(n), int(x)) for s, n, x, f in told})


def keep(found: Spent, file: Path) -> None:
    lines = [f"{f.seconds:.1f}\t{f.tests}\t{f.failed}\t{name}" for name, f in found.folders.items()]
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join([found.when, *sorted(lines, key=lambda x: x.split("\t")[3])]) + "\n")


def record(base: str) -> None:
    """Run the tests of a commit with this commit's plugin, and keep what they cost."""
    with houses_of(base) as (_, house):
        measured(house)
        keep(by_folder(house.room / "spent.tsv"), KEPT / f"{base}.tsv")


def measured(house: House) -> None:
    """Run all tests of a commit; that some fail is told in the file."""
    house.room.mkdir(parents=True, exist_ok=True)
    shutil.copy(HOUSE / "bench" / "spent.py", house.room)  # both have this commit's
    env = {**house.env("tests"), "SPENT": str(house.room / "spent.tsv")}
    env["PYTHONPATH"] += os.pathsep + str(house.room)
    command = [sys.executable, "-m", "pytest", *WORKERS, "-p", "spent", "tests"]
    spent(command, house.root, env, seconds=LONGEST, ends=(0, 1))


def table(now: Spent | None, before: Spent | None) -> None:
    """A line a folder, and all."""
    both = [found.folders if found else {} for found in (now, before)]
    print(f"  {'CPU seconds':<40}{'now':>11}{'before':>11}{'ratio':>8}")
    for name in sorted(set().union(*both)):
        print(f"  {name:<40}{cells([folders.get(name) for folders in both])}")
    whole = [found.all if found else None for found in (now, before)]
    print(f"  {'all':<40}{cells(whole)}")
    print(f"  {'tests':<40}" + "".join(f"{f.tests:>10,} " if f else f"{'-':>10} " for f in whole))


def cells(pair: list[Folder | None]) -> str:
    told = "".join(
        f"{f'{f.seconds:,.1f}':>10}{'*' if f.failed else ' '}" if f else f"{'-':>10} " for f in pair
    )
    now, before = pair
    can_tell = now and before and before.seconds >= SHORTEST
    return told + (f"{now.seconds / before.seconds:>8.2f}" if can_tell else f"{'-':>8}")


def main() -> None:
    """Print the table; BASE is the commit before."""
    base = os.environ.get("BASE", RECORDED)
    if sys.argv[1:] == ["record"]:
        record(base)
    file = KEPT / f"{base}.tsv"
    now = by_folder(NOW) if NOW.exists() else None
    before = recorded(file) if file.exists() else None
    print(f"  now: {now.when if now else 'not recorded: `make test` does'}")
    told = "not recorded: `python -m bench.suite record` does"
    print(f"  before: {before.when if before else told}")
    table(now, before)


if __name__ == "__main__":
    main()
