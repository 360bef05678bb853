"""A trial's folder: its protocol, its looks, and what a build of it depends on."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.errors import InputError
from equipoise.workspace.folder import Workspace, chosen_look, slug
from support.street import protocol, workspace

TWO = {"spending": "lan-demets-obf", "looks": {"interim": "50% information", "final": "3 events"}}


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    return workspace(tmp_path / "pilot")


def test_a_folder_and_its_protocol_file_are_one_workspace(trial: Path) -> None:
    space = Workspace.at(trial)
    assert Workspace.at(str(trial / "protocol.yaml")) == space == Workspace.at(space)
    assert (space.folder, space.sdtm) == (trial, trial / "sdtm")
    assert space.looks() == ("TTDE final",)


def test_without_a_protocol_there_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"protocol\.yaml: there is no such protocol file"):
        Workspace.at(tmp_path)


@pytest.mark.parametrize(
    ("look", "folder"),
    [
        ("PFS final", "pfs-final"),
        ("OS  at 50%/information!", "os-at-50-information"),
        ("OS_late", "os-late"),
        ("OS 中間", "os-中間"),  # two looks in another script are two folders
    ],
)
def test_a_look_is_a_folder(look: str, folder: str) -> None:
    assert slug(look) == folder
    assert Workspace(Path("t"), Path("t/p.yaml")).look_folder(look) == Path("t/build") / folder


def test_a_look_that_is_not_named_is_the_reports_or_the_first() -> None:
    plain = protocol(design={"PFS": TWO})
    assert chosen_look(plain) == "PFS interim"
    assert chosen_look(protocol(design={"PFS": TWO}, report={"look": "PFS final"})) == "PFS final"
    assert chosen_look(plain, "PFS final") == "PFS final"


def test_a_look_that_is_not_there_is_told_with_those_that_are() -> None:
    told = 'there is no look "PFS finl"; there are PFS interim, PFS final; did you mean PFS final'
    with pytest.raises(InputError, match=told):
        chosen_look(protocol(design={"PFS": TWO}), "PFS finl")


def test_two_looks_of_one_folder_are_refused() -> None:
    looks = {"at 50%": "50% information", "at 50": "3 events"}
    alike = protocol(design={"PFS": {**TWO, "looks": looks}})
    with pytest.raises(InputError, match='looks PFS at 50%, PFS at 50: one folder "pfs-at-50"'):
        chosen_look(alike, "PFS at 50")


def test_other_data_another_protocol_another_look_are_another_input(trial: Path) -> None:
    space = Workspace.at(trial)
    first = space.inputs(look="TTDE final")
    assert space.inputs(look="TTDE final") == first
    seen = {first, space.inputs(look="other")}
    extra = trial / "sdtm" / "notes.txt"
    extra.write_text("x", "utf-8")
    seen.add(space.inputs(look="TTDE final"))
    extra.write_text("y", "utf-8")
    seen.add(space.inputs(look="TTDE final"))
    extra.unlink()
    assert space.inputs(look="TTDE final") == first
    plan = trial / "protocol.yaml"
    plan.write_text(plan.read_text("utf-8") + "\n", "utf-8")
    seen.add(space.inputs(look="TTDE final"))
    assert len(seen) == 5


@pytest.mark.parametrize("named", ["amends: old/v1.yaml  # the first", '"amends": "old/v1.yaml"'])
def test_every_version_that_is_amended_is_an_input(trial: Path, named: str) -> None:
    before = Workspace.at(trial).inputs()
    (trial / "old").mkdir()
    versions = trial / "old" / "v1.yaml", trial / "old" / "v0.yaml"
    versions[0].write_text("trial: {version: '1', amends: v0.yaml}\n", "utf-8")
    versions[1].write_text("trial: {version: '0', amends: v1.yaml}\n", "utf-8")
    file = trial / "protocol.yaml"
    file.write_text(f"{file.read_text('utf-8')}\n# {named}\n", "utf-8")
    seen = {before, Workspace.at(trial).inputs()}
    for version in versions:
        version.write_text(version.read_text("utf-8") + "# amended\n", "utf-8")
        seen.add(Workspace.at(trial).inputs())
    assert len(seen) == 4
