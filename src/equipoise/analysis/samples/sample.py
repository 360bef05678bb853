"""What a method works on: one estimand's subjects as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import ValidationError

from equipoise.analysis.results import Row
from equipoise.errors import InputError
from equipoise.meaning.hypotheses import comparisons
from equipoise.meaning.options import Options
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand

Read = TypeVar("Read", bound=Options)


class UnanswerableError(InputError):
    """The estimand asks what its endpoint, its options or its data have no answer to."""


class NobodyError(InputError):
    """An estimand has no subjects at this look."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Subjects of one estimand (or of one subgroup of it).

    arm : (n,) int64 position in `groups`, control first
    stratum : (n,) int64, position among the strata that occur, as randomized
    time : (n,) int64 days; event : (n,) bool; cause : (n,) int32, 1 the event, 2 a competing one
    responder : (n,) bool
    measures : one row per subject and visit: USUBJID, VISIT, DAY, VALUE, BASE; visits : in order
    count : (n,) int64 events; exposure : (n,) float64 days at risk; first : (n,) float64 days to
    the first event, NaN without one
    Whichever the endpoint has; the others are None.
    """

    key: str
    estimand: Estimand
    protocol: Protocol
    groups: tuple[str, ...]
    frame: pl.DataFrame
    arm: npt.NDArray[np.int64]
    stratum: npt.NDArray[np.int64]
    strata: tuple[str, ...]
    time: npt.NDArray[np.int64] | None = None
    event: npt.NDArray[np.bool_] | None = None
    cause: npt.NDArray[np.int32] | None = None
    responder: npt.NDArray[np.bool_] | None = None
    measures: pl.DataFrame | None = None
    visits: tuple[str, ...] = ()
    count: npt.NDArray[np.int64] | None = None
    exposure: npt.NDArray[np.float64] | None = None
    first: npt.NDArray[np.float64] | None = None
    subgroup: str = ""

    @property
    def comparisons(self) -> tuple[tuple[str, str], ...]:
        """(experimental, control) pairs that the estimand compares, of arms that have subjects."""
        pairs = comparisons(self.protocol, self.estimand)
        return tuple(pair for pair in pairs if set(pair) <= set(self.groups))

    def read(self, kind: type[Read]) -> Read:
        """Those of the estimand's options that `kind` knows.

        Raises   UnanswerableError for a value that is not of its type.
        """
        try:
            return kind.of(self.estimand)
        except ValidationError as problem:
            error = problem.errors(include_url=False)[0]
            name = ".".join(map(str, error["loc"]))
            raise UnanswerableError(
                f'estimand "{self.key}", option "{name}": {error["msg"]}'
            ) from None

    def pick(self, mask: npt.NDArray[np.bool_], *, subgroup: str | None = None) -> Sample:
        """The subjects where `mask` is true."""
        frame = self.frame.filter(pl.Series(mask))
        columns: dict[str, Any] = {name: getattr(self, name) for name in _BY_SUBJECT}
        measures = self.measures
        if measures is not None:
            measures = measures.join(frame.select("USUBJID"), on="USUBJID", how="semi")
        picked: dict[str, Any] = {
            k: None if column is None else column[mask] for k, column in columns.items()
        }
        name = self.subgroup if subgroup is None else subgroup
        return replace(self, frame=frame, measures=measures, subgroup=name, **picked)

    def pair(self, experimental: str, control: str) -> tuple[Sample, npt.NDArray[np.int64]]:
        """The subjects of two arms, and their codes: 0 control, 1 experimental."""
        codes = [self.groups.index(control), self.groups.index(experimental)]
        two = self.pick(np.isin(self.arm, codes))
        return two, (two.arm == codes[1]).astype(np.int64)

    def pairs(self) -> Iterator[tuple[str, Sample, npt.NDArray[np.int64]]]:
        """Each comparison by name, with its subjects and their codes."""
        for experimental, control in self.comparisons:
            yield f"{experimental} v {control}", *self.pair(experimental, control)

    def by_arm(self) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
        """Each arm that has subjects, and who they are."""
        for code, group in enumerate(self.groups):
            if (self.arm == code).any():
                yield group, self.arm == code

    def row(self, method: str, statistic: str, value: float | None, **more: object) -> Row:
        """A row of Results about this sample; NaN becomes no value."""
        number = None if value is None or not np.isfinite(value) else float(value)
        return Row(
            analysis=self.key,
            method=method,
            population=self.estimand.population,
            statistic=statistic,
            value=number,
            subgroup=self.subgroup,
            **more,  # type: ignore[arg-type]
        )


_BY_SUBJECT = (
    "arm", "stratum", "time", "event", "cause", "responder", "count", "exposure", "first",
)  # fmt: skip
