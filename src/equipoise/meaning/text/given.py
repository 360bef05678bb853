"""What a protocol can be read from: a path, a text, bytes, a mapping, a stream."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from io import StringIO
from os import PathLike
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, runtime_checkable

from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter

from equipoise.errors import Finding, InputError, ProtocolError

_TEXT, _MAPPING, _STREAM = "given text", "given mapping", "given stream"
_WIDEST: Final = 4096  # no line of a protocol is broken in two


@runtime_checkable
class Readable(Protocol):
    """A stream of text or of bytes."""

    def read(self) -> str | bytes: ...


Given: TypeAlias = str | PathLike[str] | bytes | Mapping[str, Any] | Readable
"""A path; a text, which has more than one line or begins with a brace; bytes; ..."""


class Written(NamedTuple):
    """A protocol's text, or the path of its file.

    places : whether lines of the text are lines that the person has seen
    folder : where other versions are, if not beside the file
    """

    text: str | None
    name: str
    places: bool = True
    folder: Path | None = None


def written(given: Given) -> Written:
    """The text of what was given, or the path.

    Raises   InputError for anything else; ProtocolError if bytes are no UTF-8.
    """
    if isinstance(given, Mapping):
        return Written(as_yaml(given), _MAPPING, places=False)
    if isinstance(given, bytes):
        return Written(_decoded(given, _TEXT), _TEXT)
    if isinstance(given, str) and ("\n" in given or given.lstrip().startswith("{")):
        return Written(given, _TEXT)
    if isinstance(given, str | PathLike):
        return Written(None, str(Path(given)))
    if isinstance(given, Readable):
        name = getattr(given, "name", None)
        found, shown = given.read(), name if isinstance(name, str) else _STREAM
        return Written(_decoded(found, shown) if isinstance(found, bytes) else found, shown)
    kind = type(given).__name__
    raise InputError(f"expected a path, a text, bytes, a mapping or a stream; found a {kind}")


def as_yaml(value: Mapping[str, Any]) -> str:
    """Plain values as YAML, in the order of their keys."""
    out = StringIO()
    writer().dump(plain_value(value), out)
    return out.getvalue()


class _Representer(RoundTripRepresenter):
    """Nothing is written `null`: a key with nothing after it is a fault of a protocol."""

    def represent_none(self, data: None) -> Any:
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_Representer.add_representer(type(None), _Representer.represent_none)


def writer() -> YAML:
    """A reader and writer that leaves comments, quotes and lines as they are."""
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.preserve_quotes = True
    yaml.width = _WIDEST
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    return yaml


def plain_value(value: Any) -> Any:
    """A Python value as YAML has it: text, numbers, yes and no, lists, mappings."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, Mapping):
        return {str(key): plain_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(inner) for inner in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _decoded(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = Finding(f"{name}:1:1", f"not UTF-8 at byte {error.start}")
        raise ProtocolError([found]) from None
