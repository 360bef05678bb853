"""The commands by name, each made when it is asked for: nobody waits for the other fifty."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from inspect import getdoc
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group, solve_typer_info_help
from typer.models import TyperInfo

from equipoise.cli.repeatable import Several


class _Commands(dict[str, Any]):
    """Name -> command, each made when it is first read."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        super().__init__(dict.fromkeys(modules))
        self._modules = modules

    def __getitem__(self, name: str) -> Any:
        if super().__getitem__(name) is None:
            self[name] = _made(name, self._modules[name])
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self.keys() else default


def on_demand(modules: Mapping[str, str]) -> type[TyperGroup]:
    """A group of commands. modules : name on the command line -> module of this folder."""

    class OnDemand(TyperGroup):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self.commands = _Commands(modules)

        def format_help(self, ctx: Any, formatter: Any) -> None:
            self.commands = {name: _told(name, module) for name, module in modules.items()}
            super().format_help(ctx, formatter)

    return OnDemand


def _told(name: str, module: str) -> TyperCommand:
    """A command as a list of commands tells of it: what it does, without its options."""
    offered = import_module(f"equipoise.cli.{module}")
    if hasattr(offered, "app"):
        return TyperCommand(name, help=solve_typer_info_help(TyperInfo(offered.app)))
    return TyperCommand(name, help=getdoc(offered.command))


def _made(name: str, module: str) -> Any:
    """A command, or a group of them: `module` offers `command` or `app`."""
    alone = typer.Typer(pretty_exceptions_enable=False)
    offered = import_module(f"equipoise.cli.{module}")
    if hasattr(offered, "app"):
        alone.add_typer(offered.app, name=name)
    else:
        alone.command(name, cls=Several)(offered.command)
    return get_group(alone).commands[name]
