"""Published figures: where among the results the number stands that each is set beside."""

from __future__ import annotations

from typing import NamedTuple

from equipoise.meaning.hypotheses import comparisons
from equipoise.protocol.model import Protocol, Published


class FigurePlace(NamedTuple):
    """Where a number stands: columns of the results; a method of "" is any, the first there is."""

    analysis: str
    statistic: str
    method: str
    comparison: str
    group: str
    term: str
    at: float | None


def places(protocol: Protocol, figure: Published) -> tuple[FigurePlace, ...]:
    """Where a published figure may stand, the first place before the second.

    Without an arm it is of the pair that its estimand compares, the first where there are several,
    or else of nobody in particular; a P value is that of the estimand's test.
    Checked  tests/laws/test_one_reading.py.
    """
    estimand = protocol.estimands.get(figure.estimand)
    pairs = () if figure.group else comparisons(protocol, estimand)
    test = estimand.test if estimand and figure.statistic == "p" else None
    return tuple(
        FigurePlace(
            figure.estimand,
            figure.statistic,
            test or "",
            comparison,
            figure.group or "",
            figure.term or "",
            figure.at.days if figure.at is not None else None,
        )
        for comparison in (*(" v ".join(pair) for pair in pairs[:1]), "")
    )
