"""Verify an exported audit with Python's standard library alone: python verify_audit.py [FOLDER]

audit.tsv has a line for each row: chain, number, hash before, hash, body. The hash is the SHA-256
of hash before, chain, number and body, a line each; the first row of a chain follows 64 zeros.
anchors.txt has a line for each head that was told outside: time, chain, number, hash. A chain that
was cut or written anew is found only by anchors that you have kept yourself.
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path


def faults(folder: Path, heads: dict[str, list[str]]) -> Iterator[str]:
    """Yield a line for each fault; `heads` gets every hash of every chain."""
    with open(folder / "audit.tsv", encoding="ascii", newline="\n") as rows:
        for line in rows:
            chain, n, prev, told, body = line.rstrip("\n").split("\t", 4)
            own = heads.setdefault(chain, ["0" * 64])
            if int(n) != len(own):
                yield f"{chain} row {n}: expected row {len(own)}"
            elif prev != own[-1]:
                yield f"{chain} row {n}: does not follow the row before"
            if hashlib.sha256(f"{prev}\n{chain}\n{n}\n{body}".encode()).hexdigest() != told:
                yield f"{chain} row {n}: is not as it was written"
            own.append(told)
    anchors = folder / "anchors.txt"
    for line in anchors.read_text("ascii").splitlines() if anchors.exists() else []:
        at, chain, n, told = line.split("\t")
        own = heads.get(chain, ["0" * 64])
        if len(own) <= int(n) or own[int(n)] != told:
            yield f"{chain} row {n}: is not what was anchored at {at}"


def main() -> int:
    """Print each fault and the count; exit code 1 where there is a fault."""
    heads: dict[str, list[str]] = {}
    count = 0
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    if not (folder / "audit.tsv").is_file():
        sys.exit(f"{folder}: there is no audit.tsv; expected the folder of an exported audit")
    for fault in faults(folder, heads):
        print(fault)
        count += 1
    rows = sum(len(own) - 1 for own in heads.values())
    print(f"{rows:,} rows, {len(heads)} chains, {count} faults")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
