"""Tests, spending, futility, alpha and the ratio can be varied; what cannot be is told."""

from __future__ import annotations

import pytest

import equipoise as eq
from equipoise.meaning.variation.scenario import varied
from support.spec import NETTER_FILE

NETTER = eq.read(NETTER_FILE)
TRUTH = "as reported"


def changed(name: str, value: str) -> eq.Protocol:
    return varied(NETTER, truth=TRUTH, name=name, value=value)


def test_each_changes_what_it_names_and_the_digest() -> None:
    assert changed("PFS.test", "max-combo").estimands["PFS"].test == "max-combo"
    assert changed("OS.spending", "hsd:-4").design.hypotheses["OS"].spending == "hsd:-4"
    assert changed("OS.futility", "hsd:-2").design.hypotheses["OS"].futility == "hsd:-2"
    assert changed("OS.futility", "none").design.hypotheses["OS"].futility is None
    assert changed("alpha", "2.5%").design.alpha == 0.025
    assert changed("ratio", "2:1").allocation.blocks == (6, 9)
    assert changed("alpha", "2.5%").digest != NETTER.digest


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PFS.test", "log-rnk", "did you mean log-rank"),
        ("PFZ.spending", "hsd:-4", "did you mean PFS"),
        ("alpha", "200%", "expected"),
        ("ratio", "2", "is no ratio of 2 arms"),
    ],
)
def test_what_cannot_be_is_told(name: str, value: str, words: str) -> None:
    with pytest.raises(eq.InputError, match=words):
        changed(name, value)


def test_alpha_and_spending_reach_the_bounds() -> None:
    """Half the error: the final one-sided bound of one look is the normal quantile of it."""
    one = eq.plan(changed("alpha", "2.5%"))["PFS"].bounds.upper[-1]
    assert one == pytest.approx(2.241402727604947, abs=1e-9)  # scipy.stats.norm.isf(0.0125)
    early = {v: eq.plan(changed("OS.spending", v))["OS"].bounds.upper[0] for v in ("pocock", "obf")}
    assert early["pocock"] < early["obf"]
