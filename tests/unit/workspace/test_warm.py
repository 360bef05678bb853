"""Kernels are compiled before they are needed."""

from __future__ import annotations

import json

import equipoise as eq
from support.command import command
from support.spec import NETTER_FILE


def test_each_truth_is_simulated_and_one_analyzed() -> None:
    told: list[str] = []
    protocol = eq.read(NETTER_FILE)
    done = eq.warm(protocol, say=told.append)
    assert list(done.steps) == told
    assert told[0] == "survival of six rows"
    assert told[1:-1] == [f"one virtual trial as arrays, {key}" for key in protocol.truth]
    assert told[-1] == "one virtual trial, analyzed, as reported"
    asked = command("warm", NETTER_FILE, "--json")
    assert json.loads(asked.out) == {"steps": told}


def test_a_protocol_with_faults_is_told() -> None:
    asked = command("warm", "nowhere.yaml")
    assert asked.code == 1
    assert "nowhere.yaml: cannot be read" in asked.err
