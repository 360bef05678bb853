"""Arms, ratio, blocks and strata fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from equipoise.protocol.language.lines import Path
from equipoise.protocol.language.scope import SINGLE_ARM, refused
from equipoise.protocol.model import AllocationPlan, Minimization, Protocol
from equipoise.protocol.rules.base import Problem, Rule

WITH_BLOCKS: Final = ("permuted blocks", "block urn")
SETTING: Final = {"biased coin": "probability", "big stick": "limit"}
SUM_TOLERANCE: Final = 1e-6  # shares are written with a few decimals


def ratio(protocol: Protocol) -> Iterator[Problem]:
    parts, arms = len(protocol.allocation.ratios), len(protocol.arms)
    if parts != arms and arms > 1:
        message = f"the ratio {protocol.allocation.ratio} has {parts} parts for {arms} arms"
        expected = f"expected one part per arm: {', '.join(protocol.arms)}"
        yield Problem(("allocation", "ratio"), message, expected)


def blocks(protocol: Protocol) -> Iterator[Problem]:
    plan = protocol.allocation
    step = sum(plan.ratios)
    for at, size in enumerate(plan.blocks):
        path: Path = ("allocation", "blocks", at)
        if size <= 0 or size % step:
            message = f"a block of {size} cannot hold the ratio {plan.ratio}"
            yield Problem(path, message, f"expected a multiple of {step}")
        elif size > protocol.population.randomize:
            message = (
                f"a block of {size} is larger than the trial of {protocol.population.randomize}"
            )
            yield Problem(path, message, f"expected {protocol.population.randomize} or less")
    if plan.blocks and plan.method not in WITH_BLOCKS:
        message = f"{plan.method} has no blocks"
        yield Problem(("allocation", "blocks"), message, "leave `blocks` out, or change the method")
    if len(plan.blocks) > 1 and plan.method == "block urn":
        message = f"a block urn has one size, and {len(plan.blocks)} are given"
        yield Problem(("allocation", "blocks", 1), message, "expected one size")


def settings(protocol: Protocol) -> Iterator[Problem]:
    """A biased coin and a big stick are for two arms of equal share, and have a setting each."""
    plan = protocol.allocation
    is_even = len(protocol.arms) == 2 and len(set(plan.ratios)) == 1
    if plan.method in SETTING and not is_even:
        message = f"a {plan.method} balances two arms of equal share; the ratio is {plan.ratio}"
        yield Problem(("allocation", "method"), message, "expected another method")
    for method, name in SETTING.items():
        if getattr(plan, name) is not None and plan.method != method:
            message = f"the method is {plan.method}, which takes no {name}"
            yield Problem(("allocation", name), message, f"expected `method: {method}`")
    if plan.probability is not None and not 0.5 < plan.probability <= 1:
        message = f"the arm behind gets {100 * plan.probability:.4g}%"
        yield Problem(("allocation", "probability"), message, "expected more than 50%")


def levels(protocol: Protocol) -> Iterator[Problem]:
    for key, factor in protocol.allocation.strata.items():
        path: Path = ("allocation", "strata", key, "levels")
        if len(set(factor.levels)) < len(factor.levels):
            yield Problem(path, f"{key} has a level twice", "expected each level once")
        elif len(factor.levels) < 2:
            message = f"{key} has one level only, which splits nothing"
            yield Problem(path, message, "expected two levels or more")


def shares(protocol: Protocol) -> Iterator[Problem]:
    for path, share in _distributions(protocol):
        total = sum(share.values())
        if abs(total - 1) > SUM_TOLERANCE:
            yield Problem(path, f"the shares add up to {100 * total:.6g}%", "expected 100%")


def _distributions(protocol: Protocol) -> Iterator[tuple[Path, Mapping[str, float]]]:
    for key, share in protocol.assume.strata.items():
        yield ("assume", "strata", key), share
    for name, truth in protocol.truth.items():
        for key, share in truth.strata.items():
            yield ("truth", name, "strata", key), share
        for key, variable in truth.baseline.items():
            if hasattr(variable, "levels"):
                yield ("truth", name, "baseline", key, "levels"), variable.levels


def control(protocol: Protocol) -> Iterator[Problem]:
    found = [key for key, arm in protocol.arms.items() if arm.role == "control"]
    if len(protocol.arms) < 2:
        message = f"a randomized trial has two arms or more; {refused(SINGLE_ARM)}"
        yield Problem(("arms",), message, "declare the other arm")
    elif not found:
        yield Problem(("arms",), "no arm is the control", "give one arm `role: control`")
    elif len(found) > 1:
        message = f"{len(found)} arms are the control: {', '.join(found)}"
        yield Problem(("arms", found[1], "role"), message, "expected one arm with `role: control`")


def minimization(protocol: Protocol) -> Iterator[Problem]:
    plan = protocol.allocation
    if plan.method == "minimization" and not plan.strata:
        message = "minimization balances factors, and none is declared"
        yield Problem(("allocation", "method"), message, "declare `strata`, or change the method")
    if plan.minimization is not None and plan.method != "minimization":
        message = f"the method is {plan.method}, which takes no minimization settings"
        yield Problem(("allocation", "minimization"), message, "expected `method: minimization`")
        return
    if plan.minimization is not None:
        yield from _minimized(plan, plan.minimization)


def _minimized(plan: AllocationPlan, asked: Minimization) -> Iterator[Problem]:
    path: Path = ("allocation", "minimization")
    if len(set(plan.ratios)) > 1 and asked.form == "Pocock-Simon":
        message = f"Pocock and Simon's chances do not keep the ratio {plan.ratio}"
        yield Problem((*path, "form"), message, "expected `form: biased coin`")
    least = min(plan.ratios) / sum(plan.ratios)
    if asked.probability <= least:
        message = f"the preferred arm gets {100 * asked.probability:.4g}%, no more than its share"
        yield Problem((*path, "probability"), message, f"expected more than {100 * least:.4g}%")
    for key, weight in asked.weights.items():
        if weight <= 0:
            message = f"{key} has the weight {weight:g}"
            yield Problem((*path, "weights", key), message, "expected more than 0")


def codes(protocol: Protocol) -> Iterator[Problem]:
    """Collected data may call an arm by its code, label or key, in any case."""
    seen: dict[str, str] = {}
    for key, arm in protocol.arms.items():
        words = {"code": arm.code or key, "label": arm.label, "key": key}
        for what, word in words.items():
            other = seen.setdefault(word.strip().casefold(), key)
            if other != key:
                message = f'the {what} "{word}" is that of the arm {other} too'
                path: Path = ("arms", key) if what == "key" else ("arms", key, what)
                yield Problem(path, message, f"expected a {what} of its own")
                break


def room(protocol: Protocol) -> Iterator[Problem]:
    least = sum(protocol.allocation.ratios)
    if protocol.population.randomize < least:
        message = f"{protocol.population.randomize} subjects cannot fill the arms"
        path: Path = ("population", "randomize")
        yield Problem(path, message, f"expected {least} or more")


RULES = (
    Rule("P10", "A ratio that does not fit the arms", ratio),
    Rule("P11", "Blocks that do not fit the ratio or the method", blocks),
    Rule("P12", "A stratum without levels to tell apart", levels),
    Rule("P13", "Shares that do not add up to one", shares),
    Rule("P20", "One control arm", control),
    Rule("P40", "Minimization without factors", minimization),
    Rule("P72", "A setting that the method does not take", settings),
    Rule("P41", "Two arms with one code", codes),
    Rule("P42", "More arms than subjects", room),
)
