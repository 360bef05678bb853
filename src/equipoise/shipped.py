"""Tables that are shipped as JSON: YAML takes a hundred times as long to read.

Some are written by people as YAML, with their reasons; the JSON beside says the same and is read.

Checked  tests/unit/test_shipped.py, which with EQUIPOISE_APPROVE=1 writes the JSON anew
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def table(package: str | None, name: str) -> dict[str, Any]:
    """The content of a JSON file of a package; its `about` says what stands in it."""
    assert package is not None
    found: dict[str, Any] = json.loads(resources.files(package).joinpath(name).read_text("utf-8"))
    return found
