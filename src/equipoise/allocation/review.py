"""What the unblinded statistician looks at before a list is activated: totals, and no slot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from equipoise.allocation.lists import SecretList


def review(secret: SecretList, *, subjects: int) -> Iterator[str]:
    """One line for each stratum, and each thing that is wrong with the list.

    subjects : that the trial randomizes
    Checked  tests/unit/allocation/test_lists.py.
    """
    plan = secret.plan
    yield f"method {plan.method}, ratio {plan.ratio}, {len(secret.strata)} strata"
    yield f"{secret.length} slots in each list, for {subjects} subjects"
    if plan.method == "minimization":
        yield "arms are minimized: there are draws, and no list"
        return
    for stratum in secret.strata:
        counts = Counter(secret.entries(stratum, secret.length))
        told = ", ".join(f"{arm} {counts[arm]}" for arm in secret.arms)
        yield f"{', '.join(stratum) or 'no strata'}: {told}"


def wrong_with(secret: SecretList, *, subjects: int) -> Iterator[str]:
    """Every reason why this list is not fit to be activated."""
    if secret.length < subjects:
        yield f"{secret.length} slots cannot serve {subjects} subjects of one stratum"
    if secret.plan.method == "minimization":
        return
    seen: dict[tuple[str, ...], str] = {}
    for stratum in secret.strata:
        arms = secret.entries(stratum, secret.length)
        for arm in secret.arms:
            if arm not in arms:
                yield f"{', '.join(stratum)}: the arm {arm} never comes"
        if tuple(arms) in seen:
            yield f"the lists of {seen[tuple(arms)]} and {', '.join(stratum)} are the same"
        seen[tuple(arms)] = ", ".join(stratum)
