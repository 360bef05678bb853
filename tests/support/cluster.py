"""A PostgreSQL server of one's own: made in a temporary folder, by a user without rights, no port.

`with cluster() as one:` gives its address and can end it as a loss of power would.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ATTEMPTS = 20
OWNER, SERVICE = "owner", "service"
UNPRIVILEGED = ("postgres", "nobody")


class NoServerError(RuntimeError):
    """There is no PostgreSQL here; the message says what is missing."""


@dataclass
class Cluster:
    """A running server."""

    folder: Path
    programs: Path
    is_safe: bool  # against a loss of power; slower
    number: int = 0

    def url(self, database: str, user: str = OWNER) -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def database(self, template: str = "template0") -> str:
        """A new database; its name."""
        self.number += 1
        name = f"trial_{self.number}"
        how = "" if self.is_safe else " STRATEGY file_copy"
        self.ask("postgres", f"CREATE DATABASE {name} TEMPLATE {template}{how}")
        return name

    def ask(self, database: str, statement: str) -> str:
        done = subprocess.run(
            ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder),
             "-U", OWNER, "-c", statement, database],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr.strip())
        return done.stdout.strip()

    def processes(self) -> list[int]:
        """The server's own process, then those it has started."""
        main = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(main)], capture_output=True, text=True, check=False
        )
        return [main, *map(int, found.stdout.split())]

    def used(self) -> float:
        """Seconds of CPU since it started, with those of its processes that have ended."""
        main, *others = self.processes()
        return used(main, ended=True) + sum(used(one) for one in others)

    def kill(self) -> None:
        """As a loss of power: every process of the server ends at once."""
        for number in self.processes():
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def start(self) -> None:
        """Start; after a kill the system may need a moment to let go of what was shared."""
        options = f"-c listen_addresses='' -c max_connections=80 -k {self.folder}"
        options += "" if self.is_safe else " -c fsync=off -c full_page_writes=off"
        for left in reversed(range(ATTEMPTS)):
            (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
            (self.folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
            try:
                self._run("pg_ctl", "-D", "data", "-o", options, "-l", "log", "-w", "-t", "60",
                          "start")  # fmt: skip
                return
            except NoServerError:
                if not left:
                    raise NoServerError((self.folder / "log").read_text()[-500:]) from None
                time.sleep(1)

    def make(self) -> None:
        self._run("initdb", "-D", "data", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        self.ask("postgres", f"CREATE ROLE {SERVICE} LOGIN")

    def stop(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *words: str) -> None:
        command = [str(self.programs / program), *words]
        if os.geteuid() == 0:
            command = ["runuser", "-u", _somebody(), "--", *command]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        )  # fmt: skip
        if done.returncode:
            raise NoServerError(f"{program}: {done.stderr.strip() or done.stdout.strip()}")


@contextmanager
def cluster(*, is_safe: bool = False) -> Iterator[Cluster]:
    """Raises NoServerError where PostgreSQL is not installed or does not start."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    one = Cluster(folder, _programs(), is_safe)
    if os.geteuid() == 0:
        shutil.chown(folder, _somebody())
    try:
        one.make()
        yield one
    finally:
        one.stop()
        shutil.rmtree(folder, ignore_errors=True)


def used(process: int, *, ended: bool = False) -> float:
    """Seconds of CPU that a process has used; `ended` adds its children that are no more."""
    with suppress(OSError):
        parts = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(map(int, parts[11 : 15 if ended else 13])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _programs() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = shutil.which("initdb") or (str(versions[-1]) if versions else None)
    if found is None:
        raise NoServerError("initdb is not installed (Debian: apt-get install postgresql)")
    return Path(found).resolve().parent


def _somebody() -> str:
    import pwd

    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NoServerError("a server does not run as root, and there is nobody else")
