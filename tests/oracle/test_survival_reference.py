"""Recorded R values on public data against ours; the R call stands in the test's name."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest

from equipoise.analysis.survival import cox, kaplan_meier, logrank, residuals, schoenfeld
from equipoise.analysis.survival.curves import competing
from equipoise.analysis.survival.curves.milestone import milestone_difference
from equipoise.analysis.survival.curves.rmst import compare_rmst
from equipoise.analysis.survival.regression.finegray import (
    fine_gray,
    likelihood_at,
    weighted,
)
from equipoise.analysis.survival.regression.profile import profile_limits
from equipoise.analysis.survival.regression.proportional import zph
from equipoise.analysis.survival.regression.subdistribution import subdistribution_rows
from equipoise.analysis.survival.regression.weibull import weibull
from equipoise.analysis.survival.regression.windows import episodes
from equipoise.analysis.survival.tests.maxcombo import max_combo
from equipoise.analysis.survival.tests.permutation import permutation_logrank
from equipoise.analysis.survival.tests.weighted import (
    FlemingHarrington,
    peto_peto,
    weighted_logrank,
)
from support.r_survival import (
    Entry,
    data,
    disagreement,
    model,
    number_option,
    numbers_in,
    of_topic,
    only,
    reference,
    text_option,
)

CLOSED = 1e-8
"""Closed forms: sums and products in another order than R's."""

OPTIMUM = 1e-6
"""Iterated optima: R stops when the likelihood moves by less than 1e-9 of itself."""

TEST_OF_DIFFERENCES = 1e-6
"""Likelihood ratios and small chi-squares: differences of two numbers a million times larger."""


def check(ours, theirs, tolerance=CLOSED):
    assert disagreement(ours, theirs) < tolerance


def named(topics):
    entries = of_topic(*topics)
    return pytest.mark.parametrize("entry", entries, ids=[f"{e.id} {e.r[:60]}" for e in entries])


TESTED = (
    "km", "km_quantile", "followup_reverse_km", "landmark_difference", "logrank",
    "peto_peto_G_rho1", "fh_weighted", "fh_weighted_stratified", "coin_logrank", "maxcombo",
    "cox_efron", "cox_breslow", "cox_exact", "cox_robust", "cox_interaction", "cox_subgroup",
    "cox_profile_ci", "cox_zph", "cox_residuals", "cox_tv", "weibull_aft", "rmst", "cuminc_gray",
    "colon_competing", "finegray", "finegray_survival", "aalen_johansen_survfit",
    "conditional_logistic",
)  # fmt: skip


def test_every_recorded_entry_is_tested():
    assert {e.topic for e in reference()} == set(TESTED)


@named(["km"])
def test_km(entry: Entry):
    m = model(entry.r)
    codes, names = m.groups()
    when = [float(v) for v in re.search(r"c\(([\d., ]+)\)", entry.r)[1].split(",")]
    for g, name in enumerate(names):
        curve = kaplan_meier(
            m.time[codes == g],
            m.event[codes == g],
            conf=text_option(entry.r, "conf.type", "log"),
            level=number_option(entry.r, "conf.int", 0.95),
        )
        theirs = entry.value[name]
        ours = curve.at(when, extend=True)
        check(ours.at_risk, theirs["n.risk"])
        check(ours.survival, theirs["surv"])
        for mine, key in (("std_err", "std.err"), ("lower", "lower"), ("upper", "upper")):
            known = np.array([v is not None and v != "NA" for v in theirs[key]])
            values = getattr(ours, mine)
            assert (np.isnan(values) == ~known)[ours.survival > 0].all()
            check(values[known], [v for v in theirs[key] if v is not None and v != "NA"])


@named(["km_quantile", "followup_reverse_km"])
def test_quantiles(entry: Entry):
    m = model(entry.r)
    codes, names = m.groups()
    for g, name in enumerate(names):
        curve = kaplan_meier(
            m.time[codes == g],
            m.event[codes == g],
            conf=text_option(entry.r, "conf.type", "log"),
        )
        theirs = entry.value[name]
        probs = np.atleast_1d(theirs["prob"])
        ours = np.array([curve.quantile(p) for p in probs])
        for j, key in enumerate(("quantile", "lower", "upper")):
            check(ours[:, j], theirs[key])


@named(["landmark_difference"])
def test_milestone(entry: Entry):
    m = model(entry.r)
    at = float(re.search(r"times=(\d+)", entry.r)[1])
    found = milestone_difference(m.time, m.event, m.groups()[0], at=at)
    order = ("estimate", "se", "lower", "upper", "p")
    check([getattr(found, k) for k in order], entry.value)


@named(["logrank", "peto_peto_G_rho1"])
def test_logrank(entry: Entry):
    m = model(entry.r)
    test = peto_peto if "rho = 1" in entry.r else logrank
    found = test(m.time, m.event, m.groups()[0], m.stratum())
    check(found.observed, entry.value["obs"])
    check(found.expected, entry.value["exp"])
    check(found.variance, entry.value["var"])
    check([found.chisq, found.df], [entry.value["chisq"], entry.value["df"]], TEST_OF_DIFFERENCES)
    check(found.p, entry.value["p"], TEST_OF_DIFFERENCES)
    if found.z is not None:
        check(-found.z, entry.value["z_first"], TEST_OF_DIFFERENCES)


@named(["fh_weighted", "fh_weighted_stratified"])
def test_fleming_harrington(entry: Entry):
    name, time, event, arm, rho, gamma = re.search(
        r"fh\((\w+)\$(\w+), \w+\$(\w+), \w+\$(\w+), ([\d.]+), ([\d.]+)", entry.r
    ).groups()
    strata = re.search(r"strata = \w+\$([\w.]+)", entry.r)
    by = f" + strata({strata[1]})" if strata else ""
    m = model(f"Surv({time}, {event}) ~ {arm}{by}, {name}")
    weight = FlemingHarrington(float(rho), float(gamma))
    found = weighted_logrank(m.time, m.event, m.groups()[0], m.stratum(), weight=weight)
    check((found.observed - found.expected)[0], entry.value["U"])
    check(found.variance[0, 0], entry.value["V"])
    check([-found.z, found.chisq, found.p], [entry.value[k] for k in ("z", "chisq", "p")])


@named(["coin_logrank"])
def test_permutation(entry: Entry):
    m = model(re.sub(r"factor\((\w+)\)", r"\1", entry.r))
    arm = m.groups()[0]
    found = permutation_logrank(
        m.time,
        m.event,
        arm,
        scores=text_option(entry.r.replace("type=", "type = "), "type", "log-rank").lower(),
        exact="exact" in entry.r,
    )
    check([found.z, found.p], entry.value)


@named(["maxcombo"])
def test_max_combo(entry: Entry):
    arm = {"veteran": "trt", "colon2_os": "rx"}[entry.dataset]
    m = model(f"Surv(time, status) ~ {arm}, {entry.dataset}")
    found = max_combo(m.time, m.event, m.groups()[0])
    check(-found.z, entry.value["z"])
    check(found.correlation, entry.value["corr"])
    check(found.largest, entry.value["max_abs_z"])
    # R's own P value is a quasi-random integral, stated to be within 1e-6
    assert found.p == pytest.approx(entry.value["p"], abs=1e-6)


def compare_cox(fit, theirs):
    for key in ("coef", "se", "hr", "lower", "upper", "z", "p"):
        check(getattr(fit, key), theirs[key], OPTIMUM)
    check(fit.loglik, theirs["loglik"])
    check([fit.lr.df, fit.n, fit.events], [theirs[k] for k in ("lr_df", "n", "nevent")])
    chisq = [fit.lr.statistic, fit.lr.p, fit.wald.statistic, fit.score.statistic, fit.score.p]
    keys = ("lr_chisq", "lr_p", "wald_chisq", "score_chisq", "score_p")
    check(chisq, [theirs[k] for k in keys], TEST_OF_DIFFERENCES)


def fit_of(entry: Entry, call: str | None = None, frame: pl.DataFrame | None = None):
    m = model(call or entry.r, frame)
    d = m.design()
    return cox(
        m.time,
        m.event,
        d.x,
        stratum=m.stratum(),
        ties=text_option(entry.r, "ties", "efron"),
        cluster=m.frame[m.cluster].to_numpy() if m.cluster else None,
        robust="robust = TRUE" in entry.r,
        names=d.names,
    )


@named(["cox_efron", "cox_breslow", "cox_exact", "cox_robust", "cox_interaction"])
def test_cox(entry: Entry):
    fit = fit_of(entry)
    assert list(fit.names) == list(entry.value["coef"])
    compare_cox(fit, entry.value)


def test_cox_subgroups():
    entry = only("cox_subgroup")
    for level, rows in data("colon2_os").group_by("node4"):
        fit = fit_of(entry, "Surv(time, status) ~ rx, d", rows)
        compare_cox(fit, entry.value[str(level[0])])


def test_cox_profile_limits():
    entry = only("cox_profile_ci")
    fit = fit_of(entry, "Surv(time, status) ~ trt, veteran")
    check(profile_limits(fit, "trt"), entry.value)


@named(["cox_zph"])
def test_zph(entry: Entry):
    m = model(entry.r)
    d = m.design()
    fit = cox(m.time, m.event, d.x, names=d.names)
    found = zph(fit, transform=text_option(entry.r, "transform", "km"), terms=d.terms)
    assert [row.term for row in found] == list(entry.value)
    for row in found:
        check([row.chisq, row.df, row.p], entry.value[row.term], OPTIMUM)


def test_residuals():
    entry = only("cox_residuals")
    fit = fit_of(entry, "Surv(futime, fustat) ~ rx + age, ovarian")
    found, ratio = residuals(fit), schoenfeld(fit).residual
    check(found.martingale, entry.value["martingale"], OPTIMUM)
    check(found.score[:, 0], entry.value["score_rx"], OPTIMUM)
    check(ratio[:, 0], entry.value["schoenfeld_rx"], OPTIMUM)
    check(ratio[:, 1], entry.value["schoenfeld_age"], OPTIMUM)


def test_time_varying_effect():
    entry = only("cox_tv")
    d = data("veteran")
    split = episodes(d["time"].to_numpy(), d["status"].to_numpy(), cuts=[90])
    trt = d["trt"].to_numpy()[split.row]
    x = np.column_stack((trt, trt * (split.window == 1)))
    fit = cox(split.stop, split.event, x, start=split.start, names=("trt", "tt"))
    compare_cox(fit, entry.value)


def test_weibull():
    entry = only("weibull_aft")
    d = data("veteran")
    fit = weibull(d["time"].to_numpy(), d["status"].to_numpy(), d["trt"].to_numpy())
    check([*fit.coef, fit.scale, fit.loglik], entry.value, OPTIMUM)


@named(["rmst"])
def test_rmst(entry: Entry):
    m = model(entry.r)
    found = compare_rmst(m.time, m.event, m.groups()[0], tau=entry.value["tau"])
    arms = (found.control, found.experimental)
    check([a.estimate for a in arms], entry.value["rmst"])
    check([a.se for a in arms], entry.value["se"])
    keys = ("diff_2minus1", "diff_se", "diff_lower", "diff_upper", "diff_p")
    check(list(found.difference), [entry.value[k] for k in keys])


def recurrence_or_death():
    """The recurrence record joined with the death record by patient, as the R call does."""
    r, d = data("colon2_rfs"), data("colon2_os")
    both = r.join(d, on="id", how="left", suffix="_d", maintain_order="left")
    time = np.minimum(both["time"].to_numpy(), both["time_d"].to_numpy())
    cause = np.where(both["status"] == 1, 1, np.where(both["status_d"] == 1, 2, 0))
    return time, cause, both["rx"].cast(pl.String).to_numpy()


def competing_data(entry: Entry):
    if entry.topic == "colon_competing":
        return recurrence_or_death()
    d = data("pbc_rct")
    group = "stage" if "stage" in entry.r else "trt"
    return d["time"].to_numpy(), d["status"].to_numpy(), d[group].cast(pl.String).to_numpy()


@named(["cuminc_gray", "colon_competing"])
def test_incidence_and_gray(entry: Entry):
    time, cause, group = competing_data(entry)
    names, codes = np.unique(group, return_inverse=True)
    for of in (1, 2):
        for g, name in enumerate(names):
            rows = codes == g
            curve = competing.cumulative_incidence(
                time[rows], cause[rows], of=of, variance="aalen"
            ).at(entry.value["times"])
            check(curve.estimate, entry.value[f"{name} {of}"]["est"])
            check(curve.std_err**2, entry.value[f"{name} {of}"]["var"])
        test, theirs = competing.gray_test(time, cause, codes, of=of), entry.value["tests"][str(of)]
        check([test.chisq, test.df], [theirs["stat"], theirs["df"]])
        # cmprsk takes 1 - pchisq(), so its P is good to 1e-16, not to 1e-8 of itself
        assert test.p == pytest.approx(theirs["p"], rel=CLOSED, abs=1e-15)


def test_aalen_johansen():
    entry = only("aalen_johansen_survfit")
    d = data("pbc_rct")
    time, cause, trt = (d[c].to_numpy() for c in ("time", "status", "trt"))
    when = [365, 1826, 3000]
    for of, name in ((1, "transplant"), (2, "death")):
        parts = [
            competing.cumulative_incidence(time[trt == g], cause[trt == g], of=of, conf="log").at(
                when
            )
            for g in (1, 2)
        ]
        check([p.estimate for p in parts], entry.value[f"p_{name}"])
        check([p.std_err for p in parts], entry.value[f"se_{name}"])
    check([p.lower for p in parts], entry.value["lower_death"])
    check([p.upper for p in parts], entry.value["upper_death"])
    free = [kaplan_meier(time[trt == g], cause[trt == g] > 0).at(when).survival for g in (1, 2)]
    check(free, entry.value["p0"])


def finegray_data(entry: Entry):
    if entry.dataset == "pbc_rct":
        d = data("pbc_rct")
        return d["time"].to_numpy(), d["status"].to_numpy(), d["trt"].to_numpy()[:, None], 2
    if entry.dataset == "bmt_km":
        d = data("bmt_km")
        cause = np.where(d["d2"] == 1, 1, np.where(d["d1"] == 1, 2, 0))
        return d["t2"].to_numpy(), cause, np.column_stack((d["group"] == 2, d["group"] == 3)), 1
    d = data("mgus2")
    cause = np.where(d["pstat"] == 0, 2 * d["death"], 1)
    time = np.where(d["pstat"] == 0, d["futime"], d["ptime"])
    return time, cause, np.column_stack((d["age"], d["sex"] == "M")).astype(float), 1


@named(["finegray"])
def test_fine_gray(entry: Entry):
    time, cause, x, of = finegray_data(entry)
    fit = fine_gray(time, cause, x, of=of)
    theirs = np.array(numbers_in(entry.value["coef"]))
    # crr stops at a gradient of 1e-6 of the likelihood; at its own coefficients we see its
    # likelihood, and ours goes on to the top, above it by less than 1e-8
    rows = weighted(time.astype(float), cause, x.astype(float), of)
    check(likelihood_at(rows, theirs).loglik, entry.value["loglik"], 1e-12)
    assert 0 <= fit.loglik[1] - entry.value["loglik"] + 1e-11 < 1e-8
    near = 1e-4 if entry.dataset == "bmt_km" else OPTIMUM
    check(fit.coef, entry.value["coef"], near)
    check(fit.se, entry.value["se"], near)


@named(["finegray_survival"])
def test_fine_gray_by_weighted_rows(entry: Entry):
    time, cause, x, of = finegray_data(entry)
    rows = subdistribution_rows(time, cause, of=of)
    fit = cox(
        rows.stop,
        rows.event,
        x[rows.row],
        start=rows.start,
        weight=rows.weight,
        ties="breslow" if "breslow" in entry.r else "efron",
        robust=True,
    )
    check(fit.coef, entry.value["coef"], OPTIMUM)
    check(fit.se, entry.value["se"], OPTIMUM)
    check(fit.loglik, entry.value["loglik"])


def test_conditional_logistic_is_the_exact_model_of_one_time():
    entry = only("conditional_logistic")
    d = data("arthritis")
    sex = np.unique(d["Sex"], return_inverse=True)[1]
    treated = (d["Treatment"] == "Treated").to_numpy().astype(float)
    case = (d["Improved"] != "None").to_numpy()
    fit = cox(np.ones(case.size), case, treated, stratum=sex, ties="exact")
    check([fit.coef[0], fit.se[0]], entry.value, OPTIMUM)
