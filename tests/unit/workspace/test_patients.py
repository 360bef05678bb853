"""What a workspace says of single patients and records, as the commands print it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import equipoise as eq
from equipoise.errors import InputError
from support.command import command
from support.street import pilot_adam, workspace


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("patients") / "pilot")


def test_the_datasets_of_a_look(trial: Path) -> None:
    found = eq.Workspace.at(trial).derived("TTDE final")
    assert found.look == eq.Workspace.at(trial).derived().look == "TTDE final"
    assert found.table("ADTTE").equals(pilot_adam().table("ADTTE"))


def test_a_page_for_a_patient(trial: Path, tmp_path: Path) -> None:
    space = eq.Workspace.at(trial)
    page = space.patient_page("TTDE", subject="1015")
    assert page == trial / "build" / "patients" / "01-701-1015-TTDE.html"
    own = space.patient_page("TTDE", subject="1015", out=tmp_path / "one.html")
    assert own.read_bytes() == page.read_bytes()
    done = command("explain", trial, "TTDE", "--subject", "1015", "--html")
    assert done.out == f"{page}\n"
    with pytest.raises(InputError, match='there is no subject "1"'):
        space.patient_page("TTDE", subject="1")


def test_the_queries_are_those_of_the_command(trial: Path) -> None:
    rows = eq.Workspace.at(trial).queries().rows(named=True)
    said = json.loads(command("queries", trial, "--json").out)["queries"]
    assert said == [{k.lower(): v for k, v in row.items()} for row in rows]
    assert len(said) == 3
