"""How R is asked for a method: the call, and where each statistic stands in its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class RForm:
    """A call with places to fill, and by statistic the expression of `x`, its answer, that is it.

    Places are those of `places.Place`; a statistic that is not among `values` has no call.
    """

    call: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RAsked:
    """What is asked of R for a row: statements that make `d`, the call, and the value in it."""

    data: str
    call: str
    value: str = ""

    @property
    def text(self) -> str:
        """The statements and the call."""
        return self.data + self.call


Z: Final = "qnorm(0.975)"


def ends(statistic: str, estimate: str, lower: str, upper: str) -> dict[str, str]:
    """A statistic with its limits."""
    return {
        statistic: estimate,
        f"{statistic} lower limit": lower,
        f"{statistic} upper limit": upper,
    }


def listed(statistic: str, of: str = "x", *, error: bool = False) -> dict[str, str]:
    """A statistic with its limits, and error, as parts of a list with R's names for them."""
    found = ends(statistic, f"{of}$estimate", f"{of}$lower", f"{of}$upper")
    return found | ({f"{statistic} standard error": f"{of}$se"} if error else {})


def quoted(text: object) -> str:
    """A text as R writes it."""
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def vector(values: Iterable[object]) -> str:
    """Texts as a vector of R's."""
    return f"c({', '.join(quoted(v) for v in values)})"
