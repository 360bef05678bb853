"""300 tied, stratified trials against the independent `survival` library (extra `verify`)."""

import numpy as np
import pytest

from equipoise.analysis.survival import cox, kaplan_meier, logrank
from equipoise.errors import InputError
from support.survival import tied_trial

other = pytest.importorskip("survival._survival", reason="the extra `verify` is not installed")

SEEDS = range(300)


def arrays(trial):
    return trial.time.astype(float), trial.event.astype(np.int32)


@pytest.mark.parametrize("block", range(10))
def test_logrank(block):
    for seed in SEEDS[block::10]:
        t = tied_trial(seed, arms=2 + seed % 3)
        try:
            ours = logrank(t.time, t.event, t.arm, t.stratum)
        except InputError:
            continue  # no stratum compares two arms
        theirs = other.survdiff(*arrays(t), t.arm, strata=t.stratum)
        assert ours.chisq == pytest.approx(theirs.chisq, rel=1e-8, abs=1e-10), seed


@pytest.mark.parametrize("conf", ["log-log", "log", "plain", "logit", "arcsin"])
def test_medians_and_limits(conf):
    for seed in SEEDS[:: 2 if conf == "log-log" else 6]:
        t = tied_trial(seed)
        ours = kaplan_meier(t.time, t.event, conf=conf)
        curve = other.survfitkm(*arrays(t), conf_type=conf)
        theirs = other.quantile_survfit(curve, [0.25, 0.5, 0.75])
        for j, p in enumerate((0.25, 0.5, 0.75)):
            found = ours.quantile(p)
            each = (theirs.quantile[0][j], theirs.lower[0][j], theirs.upper[0][j])
            np.testing.assert_allclose(
                found, [np.nan if v is None else v for v in each], err_msg=seed
            )


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_cox(ties):
    for seed in SEEDS[:: 1 if ties == "efron" else 4]:
        t = tied_trial(seed)
        try:
            ours = cox(t.time, t.event, t.x, stratum=t.stratum, ties=ties)
        except InputError:
            continue  # a covariate does not vary where it matters
        if ours.notes:
            continue  # no maximum; the other library prints its last step
        theirs = other.coxph_fit_raw(
            *arrays(t), t.x, strata=t.stratum, method=ties, resid=False, eps=1e-12
        )
        np.testing.assert_allclose(ours.coef, np.ravel(theirs.coefficients), rtol=1e-6, atol=1e-8)
        assert ours.loglik == pytest.approx(np.ravel(theirs.loglik), rel=1e-9)
