"""Date sources that go by a name."""

from __future__ import annotations

from typing import Any

from equipoise.errors import did_you_mean
from equipoise.shipped import table


def named_sources() -> dict[str, dict[str, str]]:
    """Every named source, as the mapping it stands for."""
    return table("equipoise.protocol", "sources.json")


def named_source(name: str) -> dict[str, Any]:
    """The mapping that a bare name stands for.

    Raises   ValueError if no source goes by that name.
    """
    known = named_sources()
    if name not in known:
        raise ValueError(f'no source goes by the name "{name}"{did_you_mean(name, known)}')
    return {"name": name, **known[name]}
