"""`python -m fuzz --seed 1`: broken protocols and data, judged; exit code 1 if one fails."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from fuzz.bases import TRUTHS, base, work_on_data
from fuzz.judge import Verdict, judged
from fuzz.protocols import broken_protocols, examples, work_on
from fuzz.tables import broken_data


def verdicts(
    seed: int, protocols: int, data: int, names: tuple[str, ...] = tuple(TRUTHS)
) -> Iterator[Verdict]:
    """The verdict on every case."""
    yield from _of_protocols(seed, protocols)
    if data:
        yield from _of_data(seed, data, names)


def _of_protocols(seed: int, count: int) -> Iterator[Verdict]:
    texts = examples()
    usual = {name: {f.message for f in work_on(text)} for name, text in texts.items()}
    for name, broken in broken_protocols(seed, texts, count):
        yield judged(broken.planted, partial(work_on, broken.text), usual[name])


def _of_data(seed: int, count: int, names: tuple[str, ...]) -> Iterator[Verdict]:
    with tempfile.TemporaryDirectory() as folder:
        bases = {name: base(name, Path(folder)) for name in names}
        tables = {name: own.tables for name, own in bases.items()}
        raw = {name: own.raw for name, own in bases.items()}
        for name, case in broken_data(seed, tables, raw, count):
            own = bases[name]
            yield judged(case.planted, partial(work_on_data, own, case), own.usual)


def main() -> int:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--protocols", type=int, default=300)
    parser.add_argument("--data", type=int, default=300)
    asked = parser.parse_args()
    kinds: Counter[str] = Counter()
    told: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    for verdict in verdicts(asked.seed, asked.protocols, asked.data):
        kinds[verdict.planted.kind] += 1
        told[verdict.planted.kind] += verdict.told
        if verdict.fault:
            faults[verdict.fault] += 1
            print(f"{verdict.fault}: {verdict.planted}\n{verdict.words}", flush=True)
    for kind, count in sorted(kinds.items()):
        print(f"{kind:24} {count:4} cases, {told[kind]:4} told")
    spoken = ", ".join(
        f"{faults[f]} {f}" for f in ("traceback", "hangs", "memory", "silent", "wrong place")
    )
    print(f"{sum(kinds.values())} cases of seed {asked.seed}: {spoken}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
