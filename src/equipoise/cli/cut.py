"""equipoise cut."""

from __future__ import annotations

from equipoise.cli.build import LookOption, Where, show
from equipoise.cli.opened import AsJson


def command(where: Where, look: LookOption = None, as_json: AsJson = False) -> None:
    """Cut the data at a look: what was known then."""
    show(where, look=look, upto="cut", trials=0, as_json=as_json)
