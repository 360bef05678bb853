"""schemathesis, a little of it: `make api` sends all of it, by every role."""

from __future__ import annotations

import pytest

from equipoise.service.api import problems
from support.schemas import asked, served


@pytest.mark.parametrize("status", [404, 418])
def test_every_route_answers_what_its_description_tells(tmp_path, monkeypatch, status):
    """Planted the second time: what is not there is answered by a status that is not declared."""
    told = problems.no_such if status == 404 else lambda *_: problems.problem(status, [])
    monkeypatch.setattr(problems, "no_such", told)
    with served(tmp_path, "coordinator") as (where, token):
        done = asked(where, token, 1, tmp_path, phases="fuzzing")
    assert ("Undocumented status code" in done.stdout) is (status == 418), done.stdout
    assert bool(done.returncode) is (status == 418), done.stdout
