"""Whether the looks that are given are the plan's, in its order, and none is passed over unsaid."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.design.model import HypothesisPlan
from equipoise.design.monitor.model import Seen
from equipoise.errors import InputError, did_you_mean


def check_looks(h: HypothesisPlan, seen: Sequence[Seen], not_performed: Sequence[str]) -> None:
    """Every look due by the latest one is given, or said not to have been performed.

    Raises   InputError for a look that the plan does not have and that is not said to be added, for
    looks out of order, and for one that is due and about which nothing is said.
    """
    planned = [x.name for x in h.looks]
    for s in seen:
        if not s.added:
            _known(h, s.look, planned, " and it is not said to be added")
        elif s.look in planned:
            raise InputError(f"{h.name}: {s.look} is a look of the plan; expected it not as added")
    given = [s.look for s in seen if not s.added]
    if given != [name for name in planned if name in given]:
        told = f"{h.name}: the looks given are {', '.join(given)}"
        raise InputError(f"{told}; expected them once each, in this order: {', '.join(planned)}")
    due = _due(h, seen)
    for name in not_performed:
        _known(h, name, planned)
        if name in given:
            raise InputError(f"{h.name}: {name} has a result and is said not to be performed")
        if name not in due:
            raise InputError(
                f"{h.name}: {name} is not due yet; expected one before {seen[-1].look}"
            )
    passed_over = [name for name in due if name not in (*given, *not_performed)]
    if passed_over:
        told = f"{h.name}: nothing is said of {', '.join(passed_over)}, planned before "
        raise InputError(
            f"{told}{seen[-1].look}; expected the result of each, or that it was not performed"
        )


def _known(h: HypothesisPlan, look: str, planned: Sequence[str], nor: str = "") -> None:
    if look not in planned:
        told = f'{h.name}: the plan has no look "{look}"{nor}; expected one of '
        raise InputError(f"{told}{', '.join(planned)}{did_you_mean(look, planned)}")


def _due(h: HypothesisPlan, seen: Sequence[Seen]) -> list[str]:
    """Looks planned before the last planned one given, or with less than an added one came with."""
    given = {s.look for s in seen if not s.added}
    last = max((k for k, x in enumerate(h.looks) if x.name in given), default=0)
    most = max((s.amount for s in seen if s.added), default=0.0)
    return [x.name for k, x in enumerate(h.looks) if k < last or x.amount <= most]
