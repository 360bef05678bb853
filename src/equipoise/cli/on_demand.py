"""The commands by name, each made when it is asked for: nobody waits for the other fifty."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from equipoise.cli.repeatable import Several


def on_demand(modules: Mapping[str, str]) -> type[TyperGroup]:
    """A group of commands. modules : name on the command line -> module of this folder."""

    class OnDemand(TyperGroup):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self.commands: dict[str, Any] = dict.fromkeys(modules)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            if cmd_name in modules and self.commands[cmd_name] is None:
                self.commands[cmd_name] = _made(cmd_name, modules[cmd_name])
            return self.commands.get(cmd_name)

    return OnDemand


def _made(name: str, module: str) -> Any:
    """A command, or a group of them: `module` offers `command` or `app`."""
    alone = typer.Typer(pretty_exceptions_enable=False)
    offered = import_module(f"equipoise.cli.{module}")
    if hasattr(offered, "app"):
        alone.add_typer(offered.app, name=name)
    else:
        alone.command(name, cls=Several)(offered.command)
    return get_group(alone).commands[name]
