"""A client of the storm: the standard library alone, so that a new one is there at once."""

from __future__ import annotations

import json
import random
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PATIENCE = 900.0  # seconds without an answer, after which a client gives up


def name_of(number: int) -> str:
    return f"S{number:05}"


def ask(path: str, number: str, clients: str, subjects: str, log: str) -> None:
    """A client: its own subjects and its neighbor's, each noted when it is answered."""
    me, several, total = int(number), int(clients), int(subjects)
    own = [n for n in range(total) if n % several in (me, (me + 1) % several)]
    random.Random(me).shuffle(own)
    said = Path(log)
    done = len(said.read_text().splitlines()) if said.exists() else 0
    with said.open("a") as out:
        for n in own[done:]:
            asked = {"name": "randomize", "by": "carl", "given": {"subject": name_of(n)}}
            answer = _answer(path, {**asked, "request": f"randomize {n}"})
            out.write(f"{name_of(n)}\t{answer}\n")
            out.flush()


def _answer(path: str, asked: dict[str, Any]) -> str:
    """Asked again, with the same request, until there is an answer."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError, ValueError), _open(path) as channel:
            channel.write(json.dumps(asked).encode() + b"\n")
            channel.flush()
            said = json.loads(channel.readline())
            if "arm" in said:
                return str(said["arm"])
            if not said["again"]:
                return f"REFUSED {said['error']}"
        time.sleep(0.05)
    return "NO ANSWER"


_channels: dict[str, Any] = {}


@contextmanager
def _open(path: str) -> Iterator[Any]:
    """A channel that is kept while it is well."""
    if path not in _channels:
        one = socket.socket(socket.AF_UNIX)
        one.settimeout(60)
        one.connect(path)
        _channels[path] = one.makefile("rwb")
    try:
        yield _channels[path]
    except (OSError, ValueError):
        _channels.pop(path, None)
        raise


if __name__ == "__main__":
    ask(*sys.argv[1:])
