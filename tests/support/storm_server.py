"""A server of the storm: commands by lines of JSON over a socket, until it is killed."""

from __future__ import annotations

import hashlib
import json
import socketserver
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from equipoise.allocation.lists import SecretList
from equipoise.allocation.secret import list_key
from equipoise.allocation.serving import Serving
from equipoise.conduct.commands.bus import Bus
from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.commands.model import ListAtHand, RefusedError
from equipoise.conduct.store.store import Store, StoreError
from equipoise.meaning.check import read
from equipoise.protocol import Protocol

KEY = hashlib.sha256(b"a key").digest()
TEXT = """
equipoise: "1"
trial: {id: STORM, title: Storm}
population:
  randomize: SUBJECTS
  eligibility: {include: [{id: I1, text: Adult, rule: AGE >= 18}]}
arms:
  a: {label: Alpha, role: experimental}
  b: {label: Beta, role: control}
allocation: {blocks: 4, strata: {SEX: [F, M], REGION: [north, middle, south]}}
"""
STRATA = [(sex, region) for sex in "FM" for region in ("north", "middle", "south")]


def protocol(subjects: int) -> Protocol:
    stream = BytesIO(TEXT.replace("SUBJECTS", str(subjects)).encode())
    stream.name = "storm.yaml"
    return read(stream)


def served(subjects: int) -> ListAtHand:
    whole = protocol(subjects)
    of_list = list_key(KEY, kind="test", trial=whole.trial.id)
    secret = SecretList(whole.allocation, tuple(whole.arms), of_list, subjects)
    return ListAtHand(secret, Serving(secret))


class Handler(socketserver.StreamRequestHandler):
    """A line of JSON is a command; a line of JSON answers it."""

    def handle(self) -> None:
        bus: Bus = self.server.bus  # type: ignore[attr-defined]
        with suppress(OSError):  # the client was killed
            for line in self.rfile:
                asked = json.loads(line)
                command = EVERY_COMMAND[asked["name"]].model_validate(asked["given"])
                try:
                    answer = dict(bus.send(command, by=asked["by"], key=asked["request"]))
                except (RefusedError, StoreError) as problem:
                    answer = {"error": str(problem), "again": isinstance(problem, StoreError)}
                self.wfile.write(json.dumps(answer).encode() + b"\n")


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """One thread for each client."""

    daemon_threads = True
    request_queue_size = 64


def serve(where: str, folder: str, path: str, subjects: str) -> None:
    """A server until it is killed."""
    Path(path).unlink(missing_ok=True)
    store = Store.open(where or Path(folder), folder=Path(folder))
    with Server(path, Handler) as server:
        server.bus = Bus(store, protocol(int(subjects)), served(int(subjects)))  # type: ignore[attr-defined]
        server.serve_forever()


if __name__ == "__main__":
    serve(*sys.argv[1:])
