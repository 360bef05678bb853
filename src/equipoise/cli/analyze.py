"""equipoise analyze."""

from __future__ import annotations

from equipoise.cli.build import LookOption, Where, show
from equipoise.cli.opened import AsJson


def command(where: Where, look: LookOption = None, as_json: AsJson = False) -> None:
    """Answer every estimand at a look."""
    show(where, look=look, upto="analyze", trials=0, as_json=as_json)
