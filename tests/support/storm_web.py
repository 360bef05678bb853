"""The road of the storm through HTTP: `equipoise serve`, and clients that know its API alone.

`python -m support.storm_web PORT ME CLIENTS SUBJECTS LOG TOKENS` is one client, of the standard
library alone, so that a new one is there at once.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from support.storm_client import PATIENCE, name_of

ACCOUNTS = 256  # an account may write 60 times a minute, in the storm as anywhere
AGAIN = (429, 500, 502, 503)
TOKENS = "tokens.json"


def ask(port: str, me: str, clients: str, subjects: str, log: str, tokens: str) -> None:
    """A client: its own subjects and its neighbor's, each noted when it is answered."""
    own, several, total = int(me), int(clients), int(subjects)
    mine = [n for n in range(total) if n % several in (own, (own + 1) % several)]
    random.Random(own).shuffle(mine)
    known, said = json.loads(Path(tokens).read_text()), Path(log)
    done = len(said.read_text().splitlines()) if said.exists() else 0
    with said.open("a") as out:
        for n in mine[done:]:
            answer = _answer(int(port), n, known[n % len(known)])
            out.write(f"{name_of(n)}\t{answer}\n")
            out.flush()


def _answer(port: int, n: int, token: str) -> str:
    """Asked again, with the same key, until there is an answer."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError, http.client.HTTPException, ValueError):
            status, said = _post(port, n, token)
            if status == 200:
                return str(said["answer"]["arm"])
            if status not in AGAIN:
                return f"REFUSED {status} {said['detail']}"
        time.sleep(0.2)
    return "NO ANSWER"


_channels: dict[int, http.client.HTTPConnection] = {}


def _post(port: int, n: int, token: str) -> tuple[int, dict[str, Any]]:
    """One request over a channel that is kept while it is well."""
    channel = _channels.setdefault(port, http.client.HTTPConnection("127.0.0.1", port, timeout=60))
    head = {"authorization": f"Bearer {token}", "idempotency-key": f"randomize-{n}",
            "content-type": "application/json"}  # fmt: skip
    body = json.dumps({"subject": name_of(n)})
    try:
        channel.request("POST", "/api/v1/commands/randomize", body, head)
        answer = channel.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        _channels.pop(port).close()
        raise


if __name__ == "__main__":
    ask(*sys.argv[1:])
