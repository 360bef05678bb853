"""Many ask for many, twice each, while clients, server and database are killed: nothing is lost.

`python -m support.storm sqlite|postgresql [SUBJECTS] [http]` prints one line. By `http` they ask
`equipoise serve` through its API; else a socket, behind which commands are sent alone.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.store.store import Store
from equipoise.conduct.store.verify import audited
from equipoise.service.access.sessions import new_api_token
from support.cluster import SERVICE, Cluster, cluster, used
from support.conducted import Conducted, all_met, set_up
from support.stores import POSTGRESQL, SQLITE
from support.storm_client import name_of
from support.storm_server import KEY, STRATA, TEXT, protocol, served
from support.storm_web import ACCOUNTS, TOKENS

SERVERS = {SQLITE: 1, POSTGRESQL: 4}
AT_ONCE = 100


@dataclass
class Storm:
    """How much of it."""

    kind: str
    folder: Path
    subjects: int = 10_000
    clients: int = 16
    client_kills: int = 40
    server_kills: int = 5
    database_kills: int = 2
    where: str = ""
    database: Cluster | None = None
    ports: list[int] = field(default_factory=list)  # of its servers, by HTTP
    starts: dict[int, float] = field(default_factory=dict)  # CPU of each server until it was ready
    cpu: float = 0.0
    database_cpu: float = 0.0
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """`support` is found as here, and the key of the list is at hand."""
        found = os.pathsep.join(sys.path)
        return {**os.environ, "PYTHONPATH": found, "EQUIPOISE_KEY": KEY.hex()}

    def sockets(self) -> list[Path]:
        return [self.folder / f"s{n}" for n in range(SERVERS[self.kind])]


def prepare(storm: Storm) -> Conducted:
    """Every subject eligible, none randomized: by commands, many in a transaction."""
    trial = set_up(
        Store.open(storm.where or storm.folder, folder=storm.folder),
        storm.where or storm.folder, protocol(storm.subjects), kind="test",
        served=served(storm.subjects),
    )  # fmt: skip
    trial.do("ulf", "review list")
    trial.do("uma", "activate list", reviewed_by="ulf")
    trial.do("spike", "set trial", to="live")
    numbers = range(storm.subjects)
    for start in range(0, storm.subjects, AT_ONCE):
        trial.bus.send_all([
            one for n in numbers[start : start + AT_ONCE] for one in _ready(trial, n)
        ])  # fmt: skip
    return trial


def _ready(trial: Conducted, number: int) -> Iterator[tuple[object, str, str]]:
    subject, (sex, region) = name_of(number), STRATA[number % len(STRATA)]
    today = str(trial.store.clock().date())
    rows = [{"AGE": 60, "SEX": sex, "REGION": region}]
    for name, by, given in (
        ("screen", "carl", {"site": "AB"[number % 2], "subject": subject}),
        ("consent", "carl", {"subject": subject, "on": today}),
        ("submit form", "carl", {"subject": subject, "key": "baseline", "rows": rows}),
        ("sign", "iris", {"form": f"{subject}/F00001"}),
        ("judge eligibility", "iris",
         {"subject": subject, "met": all_met(trial.bus.protocol)}),
    ):  # fmt: skip
        yield EVERY_COMMAND[name].model_validate(given), by, f"{subject} {name}"


def start(storm: Storm, name: str) -> None:
    """A server or a client, by its name: s0, c12."""
    kind, number = name[0], int(name[1:])
    if storm.ports:
        storm.running[name] = _by_http(storm, kind, number)
        return
    paths = storm.sockets()
    words = (
        ["server", storm.where, str(storm.folder), str(paths[number]), str(storm.subjects)]
        if kind == "s"
        else ["client", str(paths[number % len(paths)]), str(number), str(storm.clients),
              str(storm.subjects), str(storm.folder / f"log{number}")]
    )  # fmt: skip
    command = [sys.executable, "-m", f"support.storm_{words[0]}", *words[1:]]
    storm.running[name] = subprocess.Popen(command, env=storm.environment)


def _by_http(storm: Storm, kind: str, number: int) -> subprocess.Popen[bytes]:
    port = str(storm.ports[number % len(storm.ports)])
    words = (
        ["equipoise", "serve", str(storm.folder), "--port", port]
        if kind == "s"
        else ["support.storm_web", port, str(number), str(storm.clients), str(storm.subjects),
              str(storm.folder / f"log{number}"), str(storm.folder / TOKENS)]
    )  # fmt: skip
    command = [sys.executable, "-m", *words]
    return subprocess.Popen(command, env=storm.environment, stdout=subprocess.DEVNULL)


def let_in(storm: Storm, trial: Conducted) -> None:
    """Accounts with tokens, each of the coordinator of both sites' subjects at its site."""
    tokens, until = [], str(trial.store.clock().date() + dt.timedelta(days=2))
    for n in range(ACCOUNTS):
        one, site = f"c{n}", "AB"[n % 2]
        token, digest = new_api_token()
        role = {"role": "coordinator", "site": site}
        trial.bus.send_all([
            (EVERY_COMMAND[name].model_validate(given), by, f"{one} {name}")
            for name, by, given in (
                ("open account", "adam", {"account": one, "person": one}),
                ("grant", "adam", {"account": one, **role}),
                ("make token", one, {**role, "until": until, "label": "storm", "digest": digest}),
            )
        ])  # fmt: skip
        tokens.append(token)
    (storm.folder / TOKENS).write_text(json.dumps(tokens))
    _as_folder(storm)


def _look(storm: Storm) -> None:
    """Note what each server that has become ready has used until now."""
    for name, one in storm.running.items():
        if name[0] == "s" and storm.ports and one.pid not in storm.starts:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", storm.ports[int(name[1:])]), 1).close()
                storm.starts[one.pid] = used(one.pid)


def kill(storm: Storm, name: str) -> None:
    """kill -9, and a new one in its place."""
    one = storm.running[name]
    if one.poll() is None:
        storm.cpu += used(one.pid) if name[0] == "s" else 0.0
        one.send_signal(signal.SIGKILL)
        one.wait()
        start(storm, name)


def rage(storm: Storm) -> None:
    """Kill, spread over the work that is done, until all clients have ended."""
    deeds = ["client"] * storm.client_kills + ["server"] * storm.server_kills
    deeds += ["database"] * storm.database_kills
    random.Random(1).shuffle(deeds)
    wanted = [(k + 1) / (len(deeds) + 1) for k in range(len(deeds))]
    while any(storm.running[f"c{n}"].poll() is None for n in range(storm.clients)):
        share = _answered(storm) / (2 * storm.subjects)
        if deeds and share >= wanted[0]:
            wanted.pop(0)
            _strike(storm, deeds.pop())
        _look(storm)
        time.sleep(0.02)
    assert not deeds, f"{len(deeds)} were to be killed still"


def _strike(storm: Storm, deed: str) -> None:
    if deed == "client":
        alive = [n for n in range(storm.clients) if storm.running[f"c{n}"].poll() is None]
        kill(storm, f"c{random.choice(alive)}")
    elif deed == "database" and storm.database is not None:
        storm.database_cpu += storm.database.used()
        storm.database.kill()
        storm.database.start()
    else:  # SQLite is in its server
        kill(storm, random.choice([name for name in storm.running if name[0] == "s"]))


def _answered(storm: Storm) -> int:
    files = storm.folder.glob("log*")
    return sum(file.read_bytes().count(b"\n") for file in files)


def found(storm: Storm, trial: Conducted) -> dict[str, object]:
    """What came of it, from the logs of the clients and from the store."""
    replies: dict[str, list[str]] = defaultdict(list)
    for file in storm.folder.glob("log*"):
        for line in file.read_text().splitlines():
            subject, _, arm = line.partition("\t")
            replies[subject].append(arm)
    with trial.store.reading() as unit:
        rows = unit.rows("allocation")
        whole = audited(unit.connection)
    slots: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        slots[row["stratum"]].append(row["slot"])
    told = {row["subject"]: row["arm"] for row in rows}
    wrong = [s for s, arms in replies.items() if {*arms} != {told.get(s)}]
    return {
        "allocated": len(rows),
        "double": len(rows) - len({(row["stratum"], row["slot"]) for row in rows}),
        "lost": sum(name_of(n) not in told for n in range(storm.subjects)),
        "asked twice": sum(len(arms) >= 2 for arms in replies.values()),
        "differing": len(wrong),
        "contiguous": sum(sorted(s) == list(range(1, len(s) + 1)) for s in slots.values()),
        "faults": list(whole.faults),
        "replayed": replayed(storm),
        "audit rows": whole.rows,
        "cpu": (storm.cpu - sum(storm.starts.values())) / (2 * storm.subjects),
        "start": sum(storm.starts.values()) / max(len(storm.starts), 1),
        "database cpu": storm.database_cpu / (2 * storm.subjects),
    }


def _as_folder(storm: Storm) -> None:
    """The trial's folder as the program makes it."""
    (storm.folder / "conduct").mkdir(exist_ok=True)
    (storm.folder / "protocol.yaml").write_text(TEXT.replace("SUBJECTS", str(storm.subjects)))
    said = {"database": storm.where, "list": "test"}
    (storm.folder / "conduct" / "store.json").write_text(json.dumps(said))


def replayed(storm: Storm) -> str:
    """What `equipoise conduct replay` says of the trial's folder."""
    _as_folder(storm)
    words = [sys.executable, "-m", "equipoise", "conduct", "replay", str(storm.folder)]
    return subprocess.run(
        words, env=storm.environment, capture_output=True, text=True, check=False
    ).stdout.strip()


def storm_over(storm: Storm) -> dict[str, object]:
    """The whole of it: prepared, raged, looked at."""
    trial = prepare(storm)
    if storm.ports:
        let_in(storm, trial)
    before = storm.database.used() if storm.database else 0.0
    try:
        for n in range(SERVERS[storm.kind]):
            start(storm, f"s{n}")
        for n in range(storm.clients):
            start(storm, f"c{n}")
        rage(storm)
        storm.cpu += sum(used(one.pid) for name, one in storm.running.items() if name[0] == "s")
        storm.database_cpu += (storm.database.used() if storm.database else 0.0) - before
    finally:
        for one in storm.running.values():
            one.kill()
            one.wait()
    trial.store.engine.dispose()
    return found(storm, trial)


@contextmanager
def place(
    kind: str, *, server: Cluster | None = None
) -> Iterator[tuple[Path, str, Cluster | None]]:
    """A folder, and a database of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if kind == SQLITE:
            Store.create(folder, folder=folder).engine.dispose()
            yield folder, "", None
            return
        one = server or stack.enter_context(cluster(is_safe=True))
        name = one.database()
        owner = Store.create(one.url(name), folder=folder)
        owner.grant_to(SERVICE)
        owner.engine.dispose()
        yield folder, one.url(name, SERVICE), one


def free_ports(several: int) -> list[int]:
    """Ports that nobody listens on now."""
    with ExitStack() as stack:
        doors = [stack.enter_context(socket.socket()) for _ in range(several)]
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [door.getsockname()[1] for door in doors]


def main(kind: str, subjects: str = "10000", road: str = "") -> int:
    ports = free_ports(SERVERS[kind]) if road == "http" else []
    with place(kind) as (folder, where, server):
        storm = Storm(kind, folder, int(subjects), where=where, database=server, ports=ports)
        said = storm_over(storm)
    print(
        f"{said['allocated']:,} allocated, {said['double']} double, {said['lost']} lost, "
        f"{said['differing']} differing replies, contiguous in {said['contiguous']} strata, "
        f"{said['faults'] or 'chain verified'} ({said['audit rows']:,} rows), "
        f"{said['replayed']}; {_ms(said['cpu'])} ms CPU of the server a request "
        f"(and {said['start']:.1f} s a start), "
        f"{_ms(said['database cpu'])} ms of a database beside it"
    )
    well = not (said["double"] or said["lost"] or said["differing"] or said["faults"])
    well = well and str(said["replayed"]).endswith("reproduced; commitment opens")
    return 0 if well and said["contiguous"] == len(STRATA) else 1


def _ms(seconds: object) -> str:
    return f"{1000 * float(str(seconds)):.1f}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
