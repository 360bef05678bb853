"""Figures that were published beside the curve, held against the rebuilt subjects."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from equipoise.errors import InputError, did_you_mean
from equipoise.evidence.contrast import ArmComparison
from equipoise.evidence.rebuilt import ArmData

ROUNDED = 0.005
"""Half a unit of the second decimal, in which hazard ratios are published."""
MEDIAN_OFF = 0.05
"""A median off by more than this share is worth a word."""


class PublishedBeside(NamedTuple):
    """Published hazard ratios and P against the control, and medians, by arm."""

    hazard_ratio: Mapping[str, float]
    p: Mapping[str, float]
    median: Mapping[str, float]


def beside_of(
    arms: Sequence[str],
    hazard_ratio: Mapping[str, float] | float | None,
    p: Mapping[str, float] | float | None,
    median: Mapping[str, float] | float | None,
) -> PublishedBeside:
    """What was published beside the curves of these arms, the first one the control.

    Raises   InputError for an arm that is not there.
    """
    others = list(arms[1:])
    return PublishedBeside(
        _by_arm("hazard ratio", hazard_ratio, others),
        _by_arm("p", p, others),
        _by_arm("median", median, arms),
    )


def _by_arm(
    what: str, given: Mapping[str, float] | float | None, arms: Sequence[str]
) -> dict[str, float]:
    """One figure for the only arm, or figures by arm. Raises InputError for an unknown arm."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        if len(arms) != 1:
            raise InputError(f"{what}: expected one number per arm ({', '.join(arms)})")
        given = {arms[0]: float(given)}
    for arm, value in given.items():
        if arm not in arms:
            hint = did_you_mean(arm, arms)
            raise InputError(f"{what}: no arm {arm}{hint}; expected {', '.join(arms)}")
        if not (math.isfinite(value) and value > 0.0):
            raise InputError(f"{what}: {value:g} found; expected a number above 0")
    return dict(given)


def notes_of(
    arms: Sequence[ArmData],
    contrasts: Sequence[ArmComparison],
    beside: PublishedBeside,
    *,
    constrained: bool = False,
) -> list[str]:
    """Where what was published does not belong to the rebuilt subjects, or cannot be met by any
    that fit (`constrained`).
    """
    end = ", the closest that fits" if constrained else ""
    found = []
    for arm in arms:
        told = beside.median.get(arm.arm)
        own = arm.median
        if told is not None and (own is None or abs(own - told) > MEDIAN_OFF * told):
            where = f"arm {arm.arm}: " if arm.arm else ""
            shown = "not reached" if own is None else f"{own:.4g}"
            found.append(f"{where}median {shown} rebuilt{end}, {told:g} published")
    for each in contrasts:
        told, limits = beside.hazard_ratio.get(each.arm), each.read_limits
        if told is None or limits is None or each.cox is None:
            continue
        own = float(each.cox.hr[0])
        low, high = (own, own) if constrained else limits
        if not low - ROUNDED <= told <= high + ROUNDED:
            ratio = f"hazard ratio {own:.3g} rebuilt{end}, {told:g} published"
            found.append(f"{each.arm} against {each.control}: {ratio}")
    return found
