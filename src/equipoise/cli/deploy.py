"""`equipoise deploy DIR --systemd|--compose`: the files with which a trial is served for good."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli.build import Where
from equipoise.cli.opened import AsJson, say


def command(
    where: Where,
    systemd: Annotated[bool, typer.Option("--systemd", help="A unit for a machine.")] = False,
    compose: Annotated[
        bool, typer.Option("--compose", help="Containers: service, PostgreSQL, proxy.")
    ] = False,
    port: Annotated[int, typer.Option(help="On which the unit listens, for a proxy.")] = 8000,
    as_json: AsJson = False,
) -> None:
    """Write a unit of systemd, or containers, for a trial; nothing is started."""
    from equipoise.workspace.deployment.deploy import deploy

    made = [str(file) for file in deploy(where, systemd=systemd, compose=compose, port=port)]
    say("\n".join(made), {"files": made}, as_json=as_json)
