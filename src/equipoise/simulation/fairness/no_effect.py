"""A truth in which no arm differs from the control."""

from __future__ import annotations

from equipoise.protocol import Protocol
from equipoise.protocol.model import TimeTruth, Truth, altered


def without_effect(protocol: Protocol, name: str) -> Protocol:
    """The protocol with one truth changed: every arm has the times and shares of the control."""
    truth, control = protocol.truth[name], protocol.control

    def alike(time: TimeTruth | None) -> TimeTruth | None:
        own = None if time is None else dict.fromkeys(protocol.arms, time.arms[control])
        return None if time is None else time.model_copy(update={"arms": own})

    response = truth.response.get(control, 0.0)
    lost = truth.dropout.get(control, truth.dropout.get("all", 0.0))
    changes = {
        "progression": alike(truth.progression),
        "death": alike(truth.death),
        "endpoints": {key: alike(time) for key, time in truth.endpoints.items()},
        "response": dict.fromkeys(protocol.arms, response) if truth.response else {},
        "dropout": {"all": lost} if truth.dropout else {},
        "crossover": {},
    }
    none: Truth = truth.model_copy(update=changes)
    return altered(protocol, truth={**protocol.truth, name: none})
