"""What the API answers is what its description says; `make api` sends far more."""

from __future__ import annotations

import random

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.service.api import problems
from support.bearing import BASE, program
from support.conducted import live, small
from support.served import Site
from support.stores import SQLITE


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    trial = live(SQLITE, tmp_path_factory.mktemp("described"), protocol=small(40))
    trial.randomized("A")
    one = Site(trial)
    one.description = one.nobody().get("/openapi.json").json()
    yield one
    trial.store.engine.dispose()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["A", "B", "A-001", "A-001/F00001", "2026-01-05", "coordinator"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)  # fmt: skip


def shape_of(site, path, method, answer):
    """What the description says of an answer. Fails where it says nothing."""
    declared = site.description["paths"][path][method]["responses"]
    assert str(answer.status_code) in declared, (path, answer.status_code, answer.text)
    kind = answer.headers["content-type"].partition(";")[0]
    content = declared[str(answer.status_code)]["content"]
    assert kind in content, (path, kind)
    return {**content[kind]["schema"], "components": site.description["components"]}


def must_fit(site, path, method, answer):
    shape = shape_of(site, path, method, answer)
    if "json" in answer.headers["content-type"]:
        jsonschema.validate(answer.json(), shape)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), values=st.lists(VALUES, min_size=8, max_size=8))
def test_whatever_is_sent_the_answer_is_declared(site, seed, values):
    chance = random.Random(seed)
    paths = [one for one in site.description["paths"] if one.startswith("/commands/")]
    path, role = chance.choice(paths), chance.choice(["carl", "spike", "uma"])
    sent = site.description["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    name = sent["schema"]["$ref"].rpartition("/")[2]
    fields = site.description["components"]["schemas"][name]["properties"]
    body = dict(zip(fields, chance.sample(values, len(values)), strict=False))
    client = programs(site)[role].client
    client._transport.raise_server_exceptions = False
    head = {"idempotency-key": f"x{seed}", "content-type": "application/json"}
    answer = client.post(f"{BASE}{path}", content=dumped(body), headers=head)
    must_fit(site, path, "post", answer)


def dumped(body):
    """JSON with whatever Python writes: NaN and lone surrogates as well."""
    import json

    return json.dumps(body).encode()


def programs(site):
    if not hasattr(site, "programs"):
        site.programs = {one: program(site, one) for one in ("carl", "spike", "uma")}
    return site.programs


READS = ("/me", "/subjects", "/queries", "/audit", "/accrual", "/safety", "/ranges", "/sdtm")


@pytest.mark.parametrize("path", READS)
def test_reads_are_as_described(site, path):
    for one in programs(site).values():
        must_fit(site, path, "get", one.get(path))
    subject = "/subjects/{subject}"
    must_fit(site, subject, "get", programs(site)["carl"].get("/subjects/A-001"))


def test_an_answer_that_is_not_declared_is_found(site, monkeypatch):
    """Planted: a refusal with a status of its own."""
    monkeypatch.setattr(problems, "_refused", lambda *_: problems.problem(418, []))
    one = Site(site.trial)
    one.description = site.description
    subject = site.trial.do("carl", "screen", site="A")["subject"]
    answer = program(one, "carl").send("randomize", subject=subject)
    with pytest.raises(AssertionError, match="418"):
        must_fit(one, "/commands/randomize", "post", answer)
