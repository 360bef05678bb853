"""Date sources that go by a name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from equipoise.errors import did_you_mean


@cache
def named_sources() -> dict[str, dict[str, str]]:
    """Every named source, as the mapping it stands for."""
    from ruamel.yaml import YAML

    text = files("equipoise.protocol").joinpath("sources.yaml").read_text(encoding="utf-8")
    table: dict[str, dict[str, str]] = YAML(typ="safe", pure=True).load(text)
    return table


def named_source(name: str) -> dict[str, Any]:
    """The mapping that a bare name stands for.

    Raises   ValueError if no source goes by that name.
    """
    table = named_sources()
    if name not in table:
        raise ValueError(f'no source goes by the name "{name}"{did_you_mean(name, table)}')
    return {"name": name, **table[name]}
