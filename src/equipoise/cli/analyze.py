"""equipoise analyze."""

from __future__ import annotations

from equipoise.cli.build import AsJson, Look, Where, show


def command(where: Where, look: Look = None, as_json: AsJson = False) -> None:
    """Answer every estimand at a look."""
    show(where, look=look, upto="analyze", trials=0, as_json=as_json)
