"""What no trial should go live with."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.model import AllocationPlan


def against_going_live(plan: AllocationPlan) -> Iterator[str]:
    """Each reason why this allocation would be told by its own course, with what to do.

    Checked  tests/unit/allocation/test_guessing.py.
    """
    smallest = min(plan.blocks, default=None)
    if smallest == sum(plan.ratios):
        yield (
            f"a block of {smallest} holds the ratio {plan.ratio} once, so its last allocation is "
            "always known; expected larger blocks"
        )
    asked = plan.minimization
    if plan.method == "minimization" and asked is not None:
        if asked.probability == 1:
            yield "minimization with certainty can be foretold; expected a probability below 1"
        if len(set(plan.ratios)) > 1 and asked.form == "Pocock-Simon":
            yield (
                f"minimization does not keep the ratio {plan.ratio}; expected `form: biased coin`"
            )
    if plan.method == "biased coin" and plan.probability == 1:
        yield "a coin that always falls to the arm behind can be foretold; expected less than 100%"
