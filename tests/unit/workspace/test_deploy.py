"""The files of a deployment, as those read them who are to use them."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess

import pytest
from ruamel.yaml import YAML

from equipoise.errors import InputError
from equipoise.workspace.deployment.deploy import deploy
from support.conducted import SMALL

HARDENED = {
    "DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict",
    "ProtectHome": "yes", "PrivateTmp": "yes", "CapabilityBoundingSet": "",
    "SystemCallFilter": "@system-service", "UMask": "0077",
}  # fmt: skip


@pytest.fixture
def trial(tmp_path):
    said = {"SUBJECTS": "8", "METHOD": "blocks: 4", "MASKING": "open label"}
    text = SMALL
    for word, value in said.items():
        text = text.replace(word, value)
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_unit_is_hardened_and_serves_to_this_machine_alone(trial):
    (unit,) = deploy(trial, systemd=True, compose=False, port=8123)
    assert unit == trial / "deploy" / "equipoise-t1.service"
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str
    read.read(unit)
    service = dict(read["Service"])
    assert {name: service[name] for name in HARDENED} == HARDENED
    assert "--host 127.0.0.1 --port 8123" in service["ExecStart"]
    assert service["StateDirectory"] in service["LoadCredential"]


def test_the_unit_starts_the_program_that_wrote_it_whatever_stands_on_the_path(trial, monkeypatch):
    (trial / "bin").mkdir()
    program = trial / "bin" / "equipoise"
    program.write_text("")
    monkeypatch.setattr("sys.executable", str(trial / "bin" / "python"))
    monkeypatch.setenv("PATH", "/nowhere")
    (unit,) = deploy(trial, systemd=True, compose=False)
    assert f"ExecStart={program} serve" in unit.read_text("utf-8")


def test_systemd_takes_the_unit(trial):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("skipped: systemd-analyze is not here")
    (unit,) = deploy(trial, systemd=True, compose=False)
    text = re.sub(r"ExecStart=\S+", f"ExecStart={shutil.which('true')}", unit.read_text("utf-8"))
    unit.write_text(text, encoding="utf-8")
    given = {"capture_output": True, "text": True, "check": False, "env": dict(os.environ)}
    found = subprocess.run([program, "verify", str(unit)], **given)
    if "No such file or directory" in found.stderr and unit.name not in found.stderr:
        pytest.skip(f"skipped: systemd-analyze cannot work here: {found.stderr.strip()}")
    assert unit.name not in found.stderr
    unit.write_text(text.replace("DynamicUser=yes", "DynamicUser=perhaps"), encoding="utf-8")
    assert (
        "Failed to parse boolean" in subprocess.run([program, "verify", str(unit)], **given).stderr
    )


def test_only_the_proxy_is_reached_from_outside(trial):
    files = deploy(trial, systemd=False, compose=True)
    assert [one.name for one in files] == ["compose.yaml", "Caddyfile", "Dockerfile"]
    services = YAML(typ="safe").load(files[0])["services"]
    assert [name for name, one in services.items() if "ports" in one] == ["proxy"]
    assert [name for name, one in services.items() if "outside" in one["networks"]] == ["proxy"]
    assert int(services["db"]["image"].split(":")[1]) >= 15
    assert services["app"]["read_only"]
    assert "@" not in "".join(one.read_text("utf-8") for one in files[1:])


def test_what_is_there_is_not_written_over_and_nothing_beside_it(trial):
    deploy(trial, systemd=True, compose=False)
    with pytest.raises(InputError, match=r"equipoise-t1\.service: is there already"):
        deploy(trial, systemd=True, compose=True)
    assert not (trial / "deploy" / "compose.yaml").exists()
    with pytest.raises(InputError, match="expected --systemd, --compose or both"):
        deploy(trial, systemd=False, compose=False)
