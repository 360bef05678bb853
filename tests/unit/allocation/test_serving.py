"""A slot is the same in whatever order slots are asked for."""

import hashlib
import random

import pytest

from equipoise.allocation.lists import SecretList
from equipoise.allocation.serving import Serving
from equipoise.protocol.model import AllocationPlan
from support.virtual import netter

KEY = hashlib.sha256(b"a key").digest()
STRATA = (("grade 2", "6 months or less"), ("grade 4", "more than 6 months"))


@pytest.mark.parametrize("method", ["permuted blocks", "big stick"])
def test_as_the_list_from_its_start(method):
    said = netter().allocation.model_dump(mode="json", by_alias=True)
    limit = {"limit": 3, "blocks": []} if method == "big stick" else {}
    plan = AllocationPlan.model_validate({**said, **limit, "method": method})
    secret = SecretList(plan, ("A", "B"), KEY, 60)
    serving = Serving(secret)
    asked = [(stratum, number) for stratum in STRATA for number in range(1, 61)]
    in_order = [serving.arm(*one) for one in asked]
    assert in_order == [arm for stratum in STRATA for arm in secret.entries(stratum, 60)]
    mixed = random.Random(3).sample(range(120), 120)
    assert [serving.arm(*asked[n]) for n in mixed] == [in_order[n] for n in mixed]
