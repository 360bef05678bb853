"""Criteria of a protocol as USDM has them: the text apart from its use."""

from __future__ import annotations

from typing import Any

from equipoise.protocol.exchange.usdm import codes
from equipoise.protocol.exchange.usdm.codes import Ids
from equipoise.protocol.exchange.usdm.timeline import chained
from equipoise.protocol.model import Criterion, Protocol


def written_criteria(
    ids: Ids, protocol: Protocol
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The texts of the criteria, and the criteria that point to them, in their order."""
    listed = protocol.population.eligibility
    items, criteria = [], []
    for kind, group in ((codes.INCLUSION, listed.include), (codes.EXCLUSION, listed.exclude)):
        chain = []
        for criterion in group:
            items.append(_item(ids, criterion))
            chain.append(
                ids.make(
                    "EligibilityCriterion",
                    name=criterion.id,
                    category=ids.code(kind),
                    identifier=criterion.id,
                    criterionItemId=items[-1]["id"],
                )
            )
        criteria += chained(chain)
    return items, criteria


def _item(ids: Ids, criterion: Criterion) -> dict[str, Any]:
    return ids.make("EligibilityCriterionItem", name=criterion.id, text=criterion.text)
