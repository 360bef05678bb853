"""A document of somebody else's, read as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from equipoise.errors import InputError


def read_document(file: Path, kind: str) -> Any:
    """The plain values of a JSON file; `kind` is its format, for the message.

    Raises   InputError if it cannot be read, or is no JSON.
    """
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise InputError(f"{file}: no JSON: {error}; expected a {kind} document") from None
