"""What the sizes of a protocol come to, a sentence each."""

from __future__ import annotations

from equipoise.errors import InputError, ProtocolError
from equipoise.protocol import Protocol


def sizes(protocol: Protocol) -> tuple[str, ...]:
    """A sentence for the size and power of each hypothesis; none where nothing can be planned."""
    if not protocol.design.hypotheses:
        return ()
    # What a plan is worked out with takes as long to import as many a report to write.
    from equipoise.design.plan.plan import plan
    from equipoise.design.plan.sentences import size_in_words

    try:
        design = plan(protocol)
    except (InputError, ProtocolError):
        return ()
    arms = {key: arm.label for key, arm in protocol.arms.items()}
    return tuple(f"{h.name}: {size_in_words(h, arms)}" for h in design.hypotheses)
