"""The program that the page of the service shows does what it says."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from support.bearing import token_of
from support.conducted import live, small
from support.served import Site
from support.stores import SQLITE

PAGE = Path(__file__).parents[2] / "docs" / "service.md"


@pytest.fixture
def served(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(40))
    server = uvicorn.Server(uvicorn.Config(Site(trial).app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield trial, f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    trial.store.engine.dispose()


def test_the_program_of_the_page(served):
    trial, address = served
    (text,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    shown = {}
    exec(compile(text, str(PAGE), "exec"), shown)
    client = shown["Trial"](address, token_of(trial, "carl"))
    subject = trial.screened("A")
    once, again = (
        client.send("randomize", f"randomize-{subject}", subject=subject) for _ in range(2)
    )
    assert once["answer"] == again["answer"]
    assert once["answer"]["arm"] == trial.rows("allocation", subject=subject)[0]["arm"]
    assert [one["id"] for one in client.pages("/subjects")] == [subject]
    other = client.send("screen", "one-more", site="A")["answer"]["subject"]
    with pytest.raises(ValueError, match="the consent has no date") as refused:
        client.send("randomize", "too-early", subject=other)
    assert len(refused.value.args[0]) == 3
