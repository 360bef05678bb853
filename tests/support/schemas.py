"""schemathesis against a trial that is served: `python -m support.schemas [EXAMPLES] [ROLE ...]`.

Each role asks for everything that the description of the API names, rightly and wrongly.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from equipoise.service.app import application
from equipoise.service.trial import Served
from equipoise.service.web.rate import Rate
from support.bearing import token_of
from support.conducted import plain_netter
from support.pages import PERSON, Everything

ROLES = tuple(PERSON)
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_schema_conformance", "ignored_auth")  # fmt: skip
PHASES = "examples,coverage,fuzzing"


@contextmanager
def served(folder: Path, role: str) -> Iterator[tuple[str, str]]:
    """The address of a trial that has something of everything, and a token of a role."""
    trial = Everything(folder, plain_netter()).trial
    one = Served(trial.bus, lambda: None, is_demo=True, rate=Rate(most=10**9))
    config = uvicorn.Config(application(one), port=0, log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json").close()  # made once
    try:
        yield f"http://127.0.0.1:{port}", token_of(trial, PERSON[role])
    finally:
        server.should_exit = True
        thread.join()
        trial.store.engine.dispose()


def asked(
    where: str, token: str, examples: int, folder: Path, *, phases: str = PHASES
) -> subprocess.CompletedProcess[str]:
    """What schemathesis says."""
    words = ["schemathesis", "run", f"{where}/openapi.json", "--url", f"{where}/api/v1",
             "--header", f"Authorization: Bearer {token}", "--max-examples", str(examples),
             "--checks", ",".join(CHECKS), "--phases", phases,
             "--generation-database", "none", "--seed", "1", "--continue-on-failure",
             "--no-color"]  # fmt: skip
    run = Path(sys.executable).parent / words[0]
    return subprocess.run(  # what it keeps of a run, it keeps beside it
        [str(run), *words[1:]], capture_output=True, text=True, check=False, cwd=folder
    )


def main(examples: str = "10", *roles: str) -> int:
    worst = 0
    for role in roles or ROLES:
        with tempfile.TemporaryDirectory() as folder, served(Path(folder), role) as (where, token):
            done = asked(where, token, int(examples), Path(folder))
        worst = max(worst, done.returncode)
        cases = re.search(r"([\d,]+) generated(?:, ([\d,]+) found)?", done.stdout)
        well = "0 server errors, 0 undeclared answers" if not done.returncode else "not well"
        print(f"{role}: {cases[0] if cases else 'no case'}: {well}")
        if done.returncode:
            print(done.stdout[-30_000:], done.stderr[-2_000:])
    return worst


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
