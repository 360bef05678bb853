"""How R is asked for methods of times to events, on ADTTE and ADSL as they are written.

Checked  tests/oracle/survival/test_r_calls.py, tests/oracle/test_r_families.py (run in R).
"""

from __future__ import annotations

from typing import Final

from equipoise.reporting.calls.form import RForm, ends, listed

_TIME: Final = "Surv(AVAL, CNSR == 0) ~ TRT01P"
_FIT: Final = f'survfit({_TIME}, data = d, conf.type = "{{interval}}")'
_MONTH: Final = "30.4375"
_COLUMNS: Final = "d$AVAL, d$CNSR == 0, d$TRT01P == {experimental}"


def _at_time(column: str) -> str:
    told = f"summary(x, times = {{at}}, extend = TRUE)${column}"
    return f'{told}[summary(x, times = {{at}}, extend = TRUE)$strata == "TRT01P={{group}}"]'


def _quantile(names: str) -> dict[str, str]:
    of = {"": "quantile", " lower limit": "lower", " upper limit": "upper"}
    found = {}
    for end, part in of.items():
        days = f"unname(as.matrix(x${part})[{{line}}, 1])"
        found[f"{names}{end}"] = days
        found[f"{names} months{end}"] = f"{days} / {_MONTH}"
    return found


def _cox(error: str = "sqrt(vcov(x)[1, 1])") -> dict[str, str]:
    return {
        **ends("hazard ratio", "exp(coef(x)[[1]])", "exp(confint(x)[1, 1])",
               "exp(confint(x)[1, 2])"),
        "log hazard ratio": "coef(x)[[1]]",
        "log hazard ratio standard error": error,
        "p": 'summary(x)$coefficients[1, "Pr(>|z|)"]',
        **ends("covariate hazard ratio", "exp(coef(x)[[{term}]])",
               "exp(confint(x)[{term}, 1])", "exp(confint(x)[{term}, 2])"),
        "covariate p": 'summary(x)$coefficients[{term}, "Pr(>|z|)"]',
    }  # fmt: skip


_RELATIVE: Final = f"{_at_time('std.chaz')} / {_at_time('cumhaz')}"
_TEST: Final = {
    "chi-square": "x$chisq",
    "p": "pchisq(x$chisq, length(x$n) - 1, lower.tail = FALSE)",
    "df": "length(x$n) - 1",
}
_SIGNED: Final = _TEST | {
    "z": "sum(as.matrix(x$obs)[2, ] - as.matrix(x$exp)[2, ]) / sqrt(x$var[2, 2])"
}
_OF_Z: Final = {"z": "x$z", "chi-square": "x$chisq", "p": "x$p", "df": "1"}
_COX: Final = f'coxph({_TIME}{{covariates}}{{strata}}, data = d, ties = "{{ties}}"'
_WEIGHTED: Final = RForm(
    f"weighted_logrank({_COLUMNS}, {{weight}}, {{stratum}}, {{meaning}})", _OF_Z
)
_RMST_GAP: Final = {
    **ends("difference in restricted mean", "x$gap[1]", "x$gap[1] - qnorm(0.975) * x$gap[2]",
           "x$gap[1] + qnorm(0.975) * x$gap[2]"),
    "difference in restricted mean standard error": "x$gap[2]",
    "z": "x$gap[1] / x$gap[2]",
    "p": "2 * pnorm(-abs(x$gap[1] / x$gap[2]))",
    **ends("difference in restricted mean months", f"x$gap[1] / {_MONTH}",
           f"(x$gap[1] - qnorm(0.975) * x$gap[2]) / {_MONTH}",
           f"(x$gap[1] + qnorm(0.975) * x$gap[2]) / {_MONTH}"),
    **ends("ratio of restricted means", "exp(x$ratio[1])",
           "exp(x$ratio[1] - qnorm(0.975) * x$ratio[2])",
           "exp(x$ratio[1] + qnorm(0.975) * x$ratio[2])"),
    "ratio p": "2 * pnorm(-abs(x$ratio[1] / x$ratio[2]))",
}  # fmt: skip
_OWN: Final = "x[[{group_text}]]"
_RMST_OWN: Final = {
    **ends("restricted mean", f"{_OWN}[1]", f"{_OWN}[1] - qnorm(0.975) * {_OWN}[2]",
           f"{_OWN}[1] + qnorm(0.975) * {_OWN}[2]"),
    "restricted mean standard error": f"{_OWN}[2]",
    **ends("restricted mean months", f"{_OWN}[1] / {_MONTH}",
           f"({_OWN}[1] - qnorm(0.975) * {_OWN}[2]) / {_MONTH}",
           f"({_OWN}[1] + qnorm(0.975) * {_OWN}[2]) / {_MONTH}"),
}  # fmt: skip


def _parametric(distribution: str) -> RForm:
    values = {
        **ends("hazard ratio", "x$hazard[1]", "x$hazard[2]", "x$hazard[3]"),
        **ends("time ratio", "x$time[1]", "x$time[2]", "x$time[3]"),
        "log time ratio": "x$log",
        "log time ratio standard error": "x$se",
        "scale": "x$scale",
        "p": "x$p",
    }
    control = "control = survreg.control(rel.tolerance = 1e-12, maxiter = 100)"
    call = f'survreg({_TIME}{{covariates}}, data = d, dist = "{distribution}", {control})'
    return RForm(f"parametric_ratios({call})", values)


OF_TIMES: Final[dict[str, RForm]] = {
    "Kaplan-Meier": RForm(
        _FIT,
        {
            "survival": _at_time("surv"),
            "survival lower limit": _at_time("lower"),
            "survival upper limit": _at_time("upper"),
            "survival standard error": _at_time("std.err"),
            "at risk": _at_time("n.risk"),
        },
    ),
    "median": RForm(f"quantile({_FIT}, 0.5)", _quantile("median")),
    "log-rank": RForm(f"survdiff({_TIME}{{strata}}, data = d)", _SIGNED),
    "Cox": RForm(f"{_COX})", _cox()),
    "cause-specific Cox": RForm(f"{_COX})", _cox()),
    "robust Cox": RForm(f"{_COX}, cluster = {{cluster}})", _cox()),
    "profile likelihood Cox": RForm(
        f'profile_cox({_COX}, x = TRUE, y = TRUE), "{{ties}}")',
        ends("hazard ratio", "exp(x$estimate)", "exp(x$lower)", "exp(x$upper)") | {"p": "x$p"},
    ),
    "window Cox": RForm(
        f"coxph({_TIME}{{strata}}, data = subset(survSplit(Surv(AVAL, CNSR == 0) ~ ., d, "
        'cut = {cuts}, end = "AVAL", event = "SEEN", episode = "WINDOW"), WINDOW == {window}), '
        'ties = "{ties}")'.replace("CNSR == 0) ~ TRT01P", "SEEN) ~ TRT01P"),
        _cox(),
    ),
    "Fleming-Harrington": _WEIGHTED,
    "modestly weighted log-rank": _WEIGHTED,
    "Gehan": _WEIGHTED,
    "Tarone-Ware": _WEIGHTED,
    "Peto-Peto": _WEIGHTED,
    "max-combo": RForm(
        f"max_combo({_COLUMNS}, list({{weights}}), {{stratum}}, {{sign}})",
        {"z": "x$z", "largest absolute z": "x$largest", "p": "x$p", "each": "x$each[{which}]"},
    ),
    "permutation log-rank": RForm(
        f"permutation_logrank({_COLUMNS}, {{stratum}})", {"z": "x$z", "p": "x$p"}
    ),
    "adjusted log-rank": RForm(
        f"adjusted_logrank({_COLUMNS}, model.matrix(~ {{terms}}, d)[, -1], {{stratum}})", _OF_Z
    ),
    "Grambsch-Therneau": RForm(
        f'cox.zph({_COX}), transform = "{{transform}}", terms = FALSE)$table',
        {"chi-square": 'x[{line_of_term}, "chisq"]', "p": 'x[{line_of_term}, "p"]',
         "df": 'x[{line_of_term}, "df"]'},
    ),
    "exponential regression": _parametric("exponential"),
    "Weibull regression": _parametric("weibull"),
    "log-normal regression": _parametric("lognormal"),
    "log-logistic regression": _parametric("loglogistic"),
    "follow-up": RForm(
        "quantile(survfit(Surv(AVAL, {censored}) ~ {by}, data = d, "
        'conf.type = "{interval}"), 0.5)',
        _quantile("median follow-up"),
    ),
    "Nelson-Aalen": RForm(
        _FIT,
        ends("cumulative hazard", _at_time("cumhaz"),
             f"{_at_time('cumhaz')} * exp(-qnorm(0.975) * {_RELATIVE})",
             f"{_at_time('cumhaz')} * exp(qnorm(0.975) * {_RELATIVE})"),
    ),
    "milestone": RForm(
        f"summary({_FIT}, times = {{at}}, extend = TRUE)",
        {
            **ends("difference in survival", "x$surv[2] - x$surv[1]",
                   "x$surv[2] - x$surv[1] - qnorm(0.975) * sqrt(sum(x$std.err^2, na.rm = TRUE))",
                   "x$surv[2] - x$surv[1] + qnorm(0.975) * sqrt(sum(x$std.err^2, na.rm = TRUE))"),
            "difference in survival standard error": "sqrt(sum(x$std.err^2, na.rm = TRUE))",
            "p": "2 * pnorm(-abs(x$surv[2] - x$surv[1]) / sqrt(sum(x$std.err^2, na.rm = TRUE)))",
        },
    ),
    "RMST": RForm(
        "restricted_means(d$AVAL, d$CNSR == 0, d$TRT01P, {tau}, {stratum}, {two})",
        _RMST_GAP | _RMST_OWN,
    ),
    "Aalen-Johansen": RForm(
        "incidence(d$AVAL[d$TRT01P == {group_text}], d$CAUSE[d$TRT01P == {group_text}], {cause}, "
        '{at}, "{variance}", "{interval}")',
        listed("cumulative incidence", error=True)
        | {"cumulative incidence standard error": "x$se"},
    ),
    "Gray": RForm(
        "gray_test(d$AVAL, d$CAUSE, d$TRT01P, {stratum})",
        {"chi-square": "x$chisq", "df": "x$df", "p": "x$p"},
    ),
    "Fine-Gray": RForm(
        "fine_gray(d$AVAL, d$CAUSE, model.matrix(~ TRT01P{covariates}, d)[, -1])",
        {
            **ends("subdistribution hazard ratio", "exp(x$b)", "exp(x$b - qnorm(0.975) * x$se)",
                   "exp(x$b + qnorm(0.975) * x$se)"),
            "log subdistribution hazard ratio standard error": "x$se",
            "p": "2 * pnorm(-abs(x$b / x$se))",
        },
    ),
}  # fmt: skip
"""Methods of times to events, by their plain name; "Peto-Peto" with R's weights is survdiff's."""

PETO_IN_R: Final = RForm(f"survdiff({_TIME}{{strata}}, data = d, rho = 1)", _SIGNED)
"""Peto and Peto's test with weights S(t-), which survdiff has."""
