"""When a drug is stopped for good: three sentences, or a condition."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from equipoise.protocol.language.conditions import Condition, ConditionError, parse_condition
from equipoise.units import Duration, Quantity, UnitError, parse_duration, parse_quantity

_COMES_BACK: Final = re.compile(r"^toxicity comes back at (?P<dose>.+)$")
_RECURS: Final = "toxicity comes back after a reduced dose"
_NOT_RECOVERED: Final = re.compile(r"^not recovered (?P<span>[0-9]+ \w+) after the last \w+$")


class Stop(NamedTuple):
    """One of the four.

    at : toxicity at this dose or less; after : not recovered so long after the last dose
    recurs : toxicity, once a dose was reduced
    """

    at: Quantity | None = None
    after: Duration | None = None
    recurs: bool = False
    condition: Condition | None = None


def parse_stop(text: str) -> Stop:
    """A sentence that stops a drug.

    >>> parse_stop("not recovered 16 weeks after the last infusion").after.whole_days
    112

    Raises   ValueError if it is none of the sentences and no condition.
    """
    if text == _RECURS:
        return Stop(recurs=True)
    try:
        if found := _COMES_BACK.match(text):
            return Stop(at=parse_quantity(found["dose"]))
        if found := _NOT_RECOVERED.match(text):
            return Stop(after=parse_duration(found["span"]))
        return Stop(condition=parse_condition(text))
    except (UnitError, ConditionError):
        raise ValueError(
            f'"{text}" stops nothing; expected "toxicity comes back at 3.7 GBq", "{_RECURS}", '
            '"not recovered 16 weeks after the last dose", or a condition such as '
            "hypersensitivity grade >= 3"
        ) from None
