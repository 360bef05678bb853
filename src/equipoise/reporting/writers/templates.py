"""Templates of pages, and the styles and scripts that are written into them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final

NO_FILTERS: Final[Mapping[str, Callable[..., str]]] = MappingProxyType({})


def rendered(
    name: str, content: Mapping[str, object], filters: Mapping[str, Callable[..., str]] = NO_FILTERS
) -> str:
    """A template with its content; text is escaped, and nothing may be undefined."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from equipoise.reporting.writers.compiled import kept_beside

    environment = Environment(
        loader=PackageLoader("equipoise.reporting", "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=kept_beside(Path(__file__).parents[1] / "templates"),
    )
    environment.filters |= filters
    text: str = environment.get_template(name).render(content)
    return text


def resource(name: str) -> str:
    """A style or script by its file's name."""
    return files("equipoise.reporting").joinpath(f"templates/{name}").read_text("utf-8")


def css_text(text: str) -> str:
    """Text as a string of a style sheet, in which no sign can end it."""
    inside = "".join(
        c if c.isascii() and (c.isalnum() or c in " ,.-") else f"\\{ord(c):x} " for c in text
    )
    return f'"{inside}"'


def seal_of(script: str) -> str:
    """What a content security policy must name to let a script run."""
    return b64encode(sha256(script.encode()).digest()).decode()
