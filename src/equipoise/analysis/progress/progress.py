"""`progress`: the rows of a committee's report that an analysis does not have."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.adam.model import ADaM
from equipoise.analysis.progress.course import accrual, events
from equipoise.analysis.progress.path import paths
from equipoise.analysis.progress.sites import currency, deaths_and_serious, pooled_events
from equipoise.analysis.results import Row
from equipoise.design.model import Design
from equipoise.design.plan.plan import plan
from equipoise.errors import InputError, ProtocolError


def progress(data: ADaM, *, pooled: bool) -> Iterator[Row]:
    """Accrual, events, forecasts, sites, deaths and serious events; by arm the path as well.

    pooled : True for rows of which none tells one arm from another
    Checked  tests/unit/analysis/test_progress.py (by hand).
    """
    design = _design(data)
    yield from accrual(data, design)
    for one in design.hypotheses if design else ():
        yield from events(data, one, pooled=pooled)
    yield from currency(data)
    yield from deaths_and_serious(data, pooled=pooled)
    yield from pooled_events(data)
    if design is not None and not pooled:
        yield from paths(data, design)


def _design(data: ADaM) -> Design | None:
    try:
        return plan(data.protocol)
    except (InputError, ProtocolError):
        return None
