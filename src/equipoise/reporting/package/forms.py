"""How R is asked for each method: the call, and where its answer stands.

Times are asked of the datasets as they are written; shares of the counts that the results hold.
Checked  tests/oracle/survival/test_r_calls.py, tests/oracle/test_r_families.py (run in R).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_TIME: Final = "Surv(AVAL, CNSR == 0) ~ TRT01P"
_FIT: Final = f'survfit({_TIME}, data = d, conf.type = "{{interval}}")'
_MONTH: Final = "30.4375"


@dataclass(frozen=True, slots=True)
class RForm:
    """A call with places to fill, and by statistic the expression of `x`, its answer, that is it.

    Places: {strata} {ties} {interval} {at} {group} of times; {x} {n} and {x1} {n1} {x2} {n2} of
    shares, the experimental arm first.
    """

    call: str
    values: Mapping[str, str]


def _at_time(column: str) -> str:
    told = f"summary(x, times = {{at}}, extend = TRUE)${column}"
    return f'{told}[summary(x, times = {{at}}, extend = TRUE)$strata == "TRT01P={{group}}"]'


def _quantile(names: str) -> dict[str, str]:
    of = {"": "quantile", " lower limit": "lower", " upper limit": "upper"}
    found = {}
    for end, part in of.items():
        days = f'unname(x${part}["TRT01P={{group}}", 1])'
        found[f"{names}{end}"] = days
        found[f"{names} months{end}"] = f"{days} / {_MONTH}"
    return found


def _cox(error: str = "sqrt(vcov(x)[1, 1])") -> dict[str, str]:
    return {
        "hazard ratio": "exp(coef(x)[[1]])",
        "hazard ratio lower limit": "exp(confint(x)[1, 1])",
        "hazard ratio upper limit": "exp(confint(x)[1, 2])",
        "log hazard ratio": "coef(x)[[1]]",
        "log hazard ratio standard error": error,
        "p": 'summary(x)$coefficients[1, "Pr(>|z|)"]',
    }


_TEST: Final = {
    "chi-square": "x$chisq",
    "p": "pchisq(x$chisq, length(x$n) - 1, lower.tail = FALSE)",
    "df": "length(x$n) - 1",
}
_SIGNED: Final = _TEST | {
    "z": "sum(as.matrix(x$obs)[2, ] - as.matrix(x$exp)[2, ]) / sqrt(x$var[2, 2])"
}

OF_TIMES: Final[dict[str, RForm]] = {
    "Kaplan-Meier": RForm(
        _FIT,
        {
            "survival": _at_time("surv"),
            "survival lower limit": _at_time("lower"),
            "survival upper limit": _at_time("upper"),
            "survival standard error": _at_time("std.err"),
        },
    ),
    "median": RForm(f"quantile({_FIT}, 0.5)", _quantile("median")),
    "log-rank": RForm(f"survdiff({_TIME}{{strata}}, data = d)", _SIGNED),
    "Cox": RForm(f'coxph({_TIME}{{strata}}, data = d, ties = "{{ties}}")', _cox()),
    "robust Cox": RForm(
        f'coxph({_TIME}{{strata}}, data = d, ties = "{{ties}}", cluster = USUBJID)', _cox()
    ),
    "Peto-Peto": RForm(f"survdiff({_TIME}{{strata}}, data = d, rho = 1)", _SIGNED),
    "Grambsch-Therneau": RForm(
        f'cox.zph(coxph({_TIME}{{strata}}, data = d, ties = "{{ties}}"), transform = "km")$table',
        {"chi-square": 'x["TRT01P", "chisq"]', "p": 'x["TRT01P", "p"]', "df": 'x["TRT01P", "df"]'},
    ),
    "follow-up": RForm(
        "quantile(survfit(Surv(AVAL, CNSR != 0) ~ TRT01P, data = d, "
        'conf.type = "{interval}"), 0.5)',
        _quantile("median follow-up"),
    ),
    "Nelson-Aalen": RForm(_FIT, {"cumulative hazard": _at_time("cumhaz")}),
    "milestone": RForm(
        f"summary({_FIT}, times = {{at}}, extend = TRUE)",
        {
            "difference in survival": "x$surv[2] - x$surv[1]",
            "difference in survival standard error": "sqrt(sum(x$std.err^2))",
        },
    ),
    "RMST": RForm(
        "local({{tau <- min(tapply(d$AVAL, as.character(d$TRT01P), max)); "
        f"summary({_FIT}, rmean = tau)$table}}}})",
        {
            "difference in restricted mean": 'x[2, "rmean"] - x[1, "rmean"]',
            "difference in restricted mean months": f'(x[2, "rmean"] - x[1, "rmean"]) / {_MONTH}',
        },
    ),
}
"""Methods of times to events, by their plain name."""

_Z: Final = "qnorm(0.975)"
_RATE: Final = {"rate": "{x} / {n}"}


def _limits(low: str, high: str) -> dict[str, str]:
    return _RATE | {"rate lower limit": low, "rate upper limit": high}


_INTERVAL: Final = _limits("x$conf.int[1]", "x$conf.int[2]")
_PAIR: Final = _limits("max(0, x[1])", "min(1, x[2])")
_GAP: Final = {
    "difference in proportions": "{x1} / {n1} - {x2} / {n2}",
    "difference in proportions lower limit": "x[1]",
    "difference in proportions upper limit": "x[2]",
}
_TABLE: Final = "matrix(c({x1}, {n1} - {x1}, {x2}, {n2} - {x2}), 2)"
_WILSON: Final = "prop.test({%s}, {%s}, correct = FALSE)$conf.int"

OF_SHARES: Final[dict[str, RForm]] = {
    "Clopper-Pearson": RForm("binom.test({x}, {n})", _INTERVAL),
    "Wilson": RForm("prop.test({x}, {n}, correct = FALSE)", _INTERVAL),
    "Jeffreys": RForm("qbeta(c(0.025, 0.975), {x} + 0.5, {n} - {x} + 0.5)", _PAIR),
    "Agresti-Coull": RForm(
        f"local({{{{k <- {_Z}^2; m <- {{n}} + k; p <- ({{x}} + k / 2) / m; "
        f"p + c(-1, 1) * {_Z} * sqrt(p * (1 - p) / m)}}}})",
        _PAIR,
    ),
    "Wald": RForm(
        f"local({{{{p <- {{x}} / {{n}}; p + c(-1, 1) * {_Z} * sqrt(p * (1 - p) / {{n}})}}}})",
        _PAIR,
    ),
    "Fisher exact": RForm(
        f"fisher.test({_TABLE})",
        {
            "p": "x$p.value",
            "odds ratio": "unname(x$estimate)",
            "odds ratio lower limit": "x$conf.int[1]",
            "odds ratio upper limit": "x$conf.int[2]",
        },
    ),
    "chi-square": RForm(
        f"chisq.test({_TABLE}, correct = FALSE)",
        {"chi-square": "unname(x$statistic)", "p": "x$p.value", "df": "unname(x$parameter)"},
    ),
    "Newcombe": RForm(
        "local({{p1 <- {x1} / {n1}; p2 <- {x2} / {n2}; "
        f"w1 <- {_WILSON % ('x1', 'n1')}; w2 <- {_WILSON % ('x2', 'n2')}; "
        "p1 - p2 + c(-1, 1) * sqrt(c((p1 - w1[1])^2 + (w2[2] - p2)^2, "
        "(w1[2] - p1)^2 + (p2 - w2[1])^2))}})",
        _GAP,
    ),
    "Wald difference": RForm(
        "local({{p1 <- {x1} / {n1}; p2 <- {x2} / {n2}; "
        f"p1 - p2 + c(-1, 1) * {_Z} * sqrt(p1 * (1 - p1) / {{n1}} + p2 * (1 - p2) / {{n2}})}}}})",
        _GAP,
    ),
    "odds ratio": RForm(
        f"glm({_TABLE.replace('matrix', 't(matrix')}) ~ c(1, 0), family = binomial)",
        {
            "odds ratio": "exp(coef(x)[[2]])",
            "odds ratio lower limit": "exp(confint.default(x)[2, 1])",
            "odds ratio upper limit": "exp(confint.default(x)[2, 2])",
        },
    ),
    "relative risk": RForm(
        f"glm({_TABLE.replace('matrix', 't(matrix')}) ~ c(1, 0), family = binomial(log))",
        {
            "relative risk": "exp(coef(x)[[2]])",
            "relative risk lower limit": "exp(confint.default(x)[2, 1])",
            "relative risk upper limit": "exp(confint.default(x)[2, 2])",
        },
    ),
}
"""Methods of shares, asked with the counts."""
