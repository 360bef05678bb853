"""Mixed models whose answer is an arithmetic mean.

Everybody is seen at both visits, so means are plain means. With a covariance of its own in each arm
it is that of the arm's own residuals: divided by n - 1 if restricted, by n if not.
"""

import numpy as np
import pytest

from equipoise.analysis.continuous.mmrm.constrained import constrained_measures
from equipoise.analysis.continuous.mmrm.model import repeated_measures
from equipoise.errors import InputError
from equipoise.frames import Labels

CONTROL = np.array([[1.0, 2.0], [3.0, 5.0], [2.0, 3.5], [5.0, 5.5]])
TREATED = np.array([[2.0, 6.0], [4.0, 5.0], [3.0, 9.0], [7.0, 9.5], [1.0, 3.0]])


def trial():
    y = np.concatenate((CONTROL, TREATED))
    n = len(y)
    return {
        "y": y.ravel(),
        "subject": np.repeat(np.arange(n), 2),
        "visit": Labels(np.tile([0, 1], n).astype(np.int32), ("1", "2")),
        "arm": Labels(np.repeat([0, 1], [8, 10]).astype(np.int32), ("old", "new")),
    }


@pytest.mark.parametrize(("criterion", "less"), [("reml", 1), ("ml", 0)])
def test_each_arm_has_its_own_covariance(criterion, less):
    found = repeated_measures(
        **trial(), by_arm=True, criterion=criterion, adjustment="satterthwaite"
    )
    for g, own in enumerate((CONTROL, TREATED)):
        gap = own - own.mean(axis=0)
        assert found.fit.covariance[g] == pytest.approx(gap.T @ gap / (len(own) - less), rel=1e-6)
    estimates = [d.value.estimate for d in found.differences]
    assert estimates == pytest.approx((TREATED.mean(axis=0) - CONTROL.mean(axis=0)).tolist())
    assert found.fit.groups == ("old", "new")


def test_one_covariance_by_maximum_likelihood():
    found = repeated_measures(**trial(), criterion="ml", adjustment="satterthwaite")
    gaps = np.concatenate([own - own.mean(axis=0) for own in (CONTROL, TREATED)])
    assert found.fit.covariance == pytest.approx(gaps.T @ gaps / 9, rel=1e-6)
    assert "-2 ML log likelihood" in repr(found)


def test_the_constrained_model_regresses_on_baseline():
    """Of complete pairs: the difference at visit 2, less the slope times that at baseline."""
    found = constrained_measures(**trial(), change=False, adjustment="satterthwaite")
    gaps = np.concatenate([own - own.mean(axis=0) for own in (CONTROL, TREATED)])
    slope = (gaps[:, 0] @ gaps[:, 1]) / (gaps[:, 0] @ gaps[:, 0])
    before, after = TREATED.mean(axis=0) - CONTROL.mean(axis=0)
    assert found.differences[0].value.estimate == pytest.approx(after - slope * before, rel=1e-6)
    assert [d.visit for d in found.differences] == ["2"]


def test_changes_have_the_same_differences():
    one = constrained_measures(**trial(), change=True)
    two = constrained_measures(**trial(), change=False)
    assert one.differences[0].value == pytest.approx(two.differences[0].value)
    shared = np.concatenate((CONTROL, TREATED))[:, 0].mean()
    for a, b in zip(one.means, two.means, strict=True):
        assert b.value.estimate - a.value.estimate == pytest.approx(shared, rel=1e-6)


def test_what_cannot_be():
    with pytest.raises(InputError, match="restricted fit"):
        repeated_measures(**trial(), criterion="ml")
    mixed = trial()
    mixed["arm"] = Labels(np.r_[[1], mixed["arm"].codes[1:]].astype(np.int32), ("old", "new"))
    with pytest.raises(InputError, match="subject 0 is of two groups"):
        repeated_measures(**mixed, by_arm=True)
