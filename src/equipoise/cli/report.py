"""equipoise report."""

from __future__ import annotations

from equipoise.cli.build import LookOption, Where, show
from equipoise.cli.opened import AsJson


def command(where: Where, look: LookOption = None, as_json: AsJson = False) -> None:
    """Write the report of a look, without the virtual trials that `build` adds."""
    show(where, look=look, upto="report", trials=0, as_json=as_json)
