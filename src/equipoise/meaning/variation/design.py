"""What of the design and of the analysis can be varied: tests, spending, futility, alpha, ratio."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.hypotheses import hypothesis
from equipoise.meaning.methods import METHODS
from equipoise.protocol.model import DesignPlan, HypothesisDesign, Protocol, altered
from equipoise.protocol.read.schema_faults import words_of

_NONE = "none"


def with_test(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    """The test of a hypothesis; of another method, options are the defaults."""
    h = hypothesis(protocol, name)
    if h.key is None or h.estimand is None:
        raise InputError(f"{name} has no estimand, so its test cannot be varied")
    known = [k for k, m in METHODS.items() if m.simulated and h.endpoint.type in m.fits]
    if value not in known:
        listed = ", ".join(known)
        told = f'"{value}" is no test of {name} that virtual trials know'
        raise InputError(f"{told}; expected one of: {listed}{did_you_mean(value, known)}")
    options = h.estimand.options if value == h.estimand.test else {}
    changed = h.estimand.model_copy(update={"test": value, "options": options})
    return altered(protocol, estimands={**protocol.estimands, h.key: changed})


def with_spending(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    """The spending function, or the boundary, of a hypothesis."""
    return _designed(protocol, name, spending=value)


def with_futility(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    """The futility bound of a hypothesis, or `none`."""
    return _designed(protocol, name, futility=None if value == _NONE else value)


def with_alpha(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    """The error over all hypotheses."""
    rest = _plain(protocol.design, "alpha")
    return altered(protocol, design=_made(DesignPlan, {**rest, "alpha": value}))


def with_ratio(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    """The ratio of the arms, `2:1` in their order; blocks are two and three times its sum."""
    try:
        shares = [int(part) for part in value.split(":")]
    except ValueError:
        shares = []
    if len(shares) != len(protocol.arms) or min(shares, default=0) < 1:
        raise InputError(f'"{value}" is no ratio of {len(protocol.arms)} arms; expected one as 2:1')
    blocks = (2 * sum(shares), 3 * sum(shares))
    plan = protocol.allocation.model_copy(update={"ratio": value, "blocks": blocks})
    return altered(protocol, allocation=plan)


def _designed(protocol: Protocol, name: str, **changes: Any) -> Protocol:
    """One hypothesis designed otherwise, as if it had been written so."""
    if name not in protocol.design.hypotheses:
        known = protocol.design.hypotheses
        expected = f"expected one of: {', '.join(known)}{did_you_mean(name, known)}"
        raise InputError(f'"{name}" is no hypothesis; {expected}')
    before = _plain(protocol.design.hypotheses[name])
    changed = _made(HypothesisDesign, {**before, **changes})
    plan = protocol.design.model_copy()
    plan.__pydantic_extra__ = {**protocol.design.hypotheses, name: changed}
    return altered(protocol, design=plan)


def _plain(node: Any, *without: str) -> dict[str, Any]:
    written: dict[str, Any] = node.model_dump(mode="json", by_alias=True)
    return {key: value for key, value in written.items() if key not in without}


def _made(kind: Any, written: dict[str, Any]) -> Any:
    try:
        return kind.model_validate(written)
    except ValidationError as error:
        head, expected = words_of(error.errors(include_url=False)[0])
        raise InputError(f"{head}; {expected}" if expected else head) from None
