"""How R is asked for methods of shares: with the counts that the results hold, or by subject.

Checked  tests/oracle/test_r_families.py (run in R).
"""

from __future__ import annotations

from typing import Final

from equipoise.reporting.calls.form import RForm, Z, ends, listed

GAP: Final = "difference in proportions"


def _limits(low: str, high: str) -> dict[str, str]:
    return ends("rate", "{x} / {n}", low, high)


_INTERVAL: Final = _limits("x$conf.int[1]", "x$conf.int[2]")
_PAIR: Final = _limits("max(0, x[1])", "min(1, x[2])")
_GAP_OF_PAIR: Final = ends(GAP, "{x1} / {n1} - {x2} / {n2}", "max(-1, x[1])", "min(1, x[2])")
_TABLE: Final = "matrix(c({x1}, {n1} - {x1}, {x2}, {n2} - {x2}), 2)"
_ARMS: Final = "{x1}, {n1}, {x2}, {n2}"
_POOLED: Final = "({x1} + {x2}) / ({n1} + {n2})"
_POOLED_Z: Final = (
    "({x1} / {n1} - {x2} / {n2}) / "
    f"sqrt({_POOLED} * (1 - {_POOLED}) * " + "(1 / {n1} + 1 / {n2}))"
)
_TESTED: Final = listed(GAP) | {"z": "x$z", "p": "x$p"}
_EXACT: Final = f"exact_odds({_ARMS})"
_ODDS: Final = ends("odds ratio", f"{_EXACT}[1]", f"{_EXACT}[2]", f"{_EXACT}[3]")
_OWN_ODDS: Final = ends("odds ratio", "x[1]", "x[2]", "x[3]") | {"p": "x[4]"}
_OBSERVED: Final = {"observed difference": "{x1} / {n1} - {x2} / {n2}"}
_ORDERED: Final = {"p": "x$p", "statistic": "x$statistic"} | _OBSERVED
_MANTEL: Final = {
    "chi-square": "x$statistic",
    "p": "x$p",
    "df": "1",
    "observed difference": f"mantel_haenszel_difference({_ARMS})$estimate",
}
_SIGN: Final = "sign({x1} / {n1} - {x2} / {n2})"
_TRIED: Final = {
    "z": f"{_SIGN} * sqrt(unname(x$statistic))",
    "chi-square": "unname(x$statistic)",
    "p": "x$p.value",
    "df": "unname(x$parameter)",
}


def _newcombe(correct: str) -> RForm:
    of = "prop.test({%s}, {%s}, correct = " + correct + ")$conf.int"
    return RForm(
        "local({{p1 <- {x1} / {n1}; p2 <- {x2} / {n2}; "
        f"w1 <- {of % ('x1', 'n1')}; w2 <- {of % ('x2', 'n2')}; "
        "p1 - p2 + c(-1, 1) * sqrt(c((p1 - w1[1])^2 + (w2[2] - p2)^2, "
        "(w1[2] - p1)^2 + (p2 - w2[1])^2))}})",
        _GAP_OF_PAIR,
    )


def _glm(statistic: str, family: str) -> RForm:
    return RForm(
        f"glm({_TABLE.replace('matrix', 't(matrix')}) ~ c(1, 0), family = {family}, "
        "control = list(epsilon = 1e-16, maxit = 100))",
        ends(
            statistic,
            "exp(coef(x)[[2]])",
            "exp(confint.default(x)[2, 1])",
            "exp(confint.default(x)[2, 2])",
        ),
    )


OF_SHARES: Final[dict[str, RForm]] = {
    "Clopper-Pearson": RForm("binom.test({x}, {n})", _INTERVAL),
    "Wilson": RForm("prop.test({x}, {n}, correct = FALSE)", _INTERVAL),
    "corrected Wilson": RForm("prop.test({x}, {n})", _INTERVAL),
    "Jeffreys": RForm("qbeta(c(0.025, 0.975), {x} + 0.5, {n} - {x} + 0.5)", _PAIR),
    "Agresti-Coull": RForm(
        f"local({{{{k <- {Z}^2; m <- {{n}} + k; p <- ({{x}} + k / 2) / m; "
        f"p + c(-1, 1) * {Z} * sqrt(p * (1 - p) / m)}}}})",
        _PAIR,
    ),
    "Wald": RForm(
        f"local({{{{p <- {{x}} / {{n}}; p + c(-1, 1) * {Z} * sqrt(p * (1 - p) / {{n}})}}}})",
        _PAIR,
    ),
    "corrected Wald": RForm(
        f"local({{{{p <- {{x}} / {{n}}; "
        f"p + c(-1, 1) * ({Z} * sqrt(p * (1 - p) / {{n}}) + 1 / (2 * {{n}}))}}}})",
        _PAIR,
    ),
    "Fisher exact": RForm(
        f"fisher.test({_TABLE})", _ODDS | {"p": "x$p.value", "z": f"fisher_z({_ARMS})"}
    ),
    "exact odds ratio": RForm(_EXACT, _OWN_ODDS),
    "Barnard": RForm(f"barnard({_ARMS})", _ORDERED),
    "Boschloo": RForm(f"boschloo({_ARMS})", _ORDERED),
    "chi-square": RForm(f"chisq.test({_TABLE}, correct = FALSE)", _TRIED),
    "corrected chi-square": RForm(f"chisq.test({_TABLE})", _TRIED),
    "Miettinen-Nurminen": RForm(f"miettinen_nurminen({_ARMS})", _TESTED),
    "Mee": RForm(f"miettinen_nurminen({_ARMS}, unbiased = FALSE)", listed(GAP)),
    "Farrington-Manning": RForm(
        "farrington_manning({s1}, {n1}, {s2}, {n2}, {margin})",
        {"z": "x$z", "p, one-sided": "x$p"},
    ),
    "Newcombe": _newcombe("FALSE"),
    "corrected Newcombe": _newcombe("TRUE"),
    "Wald difference": RForm(
        "local({{p1 <- {x1} / {n1}; p2 <- {x2} / {n2}; "
        f"p1 - p2 + c(-1, 1) * {Z} * sqrt(p1 * (1 - p1) / {{n1}} + p2 * (1 - p2) / {{n2}})}}}})",
        _GAP_OF_PAIR | {"z": _POOLED_Z, "p": f"2 * pnorm(-abs({_POOLED_Z}))"},
    ),
    "corrected Wald difference": RForm(
        "prop.test(c({x1}, {x2}), c({n1}, {n2}))",
        ends(GAP, "{x1} / {n1} - {x2} / {n2}", "x$conf.int[1]", "x$conf.int[2]")
        | {"z": f"{_SIGN} * sqrt(unname(x$statistic))", "p": "x$p.value"},
    ),
    "odds ratio": _glm("odds ratio", "binomial"),
    "relative risk": _glm("relative risk", "binomial(log)"),
}
"""Methods of shares of whole arms, asked with the counts."""

OF_STRATA: Final[dict[str, RForm]] = {
    "stratified Wilson": RForm("stratified_wilson({x}, {n}, {w})", listed("rate")),
    "stratified Miettinen-Nurminen": RForm(f"miettinen_nurminen({_ARMS})", _TESTED),
    "stratified Newcombe": RForm(f"stratified_newcombe({_ARMS})", listed(GAP)),
    "Mantel-Haenszel difference": RForm(f"mantel_haenszel_difference({_ARMS})", _TESTED),
    "Mantel-Haenszel odds ratio": RForm(
        f"mantel_haenszel_odds({_ARMS})", ends("odds ratio", "x[1]", "x[2]", "x[3]")
    ),
    "Mantel-Haenszel relative risk": RForm(
        f"mantel_haenszel_risk({_ARMS})", ends("relative risk", "x[1]", "x[2]", "x[3]")
    ),
    "Cochran-Mantel-Haenszel": RForm(f"mantel_haenszel_test({_ARMS})", _MANTEL),
    "corrected Cochran-Mantel-Haenszel": RForm(
        f"mantel_haenszel_test({_ARMS}, correct = TRUE)", _MANTEL
    ),
    "stratified exact odds ratio": RForm(_EXACT, _OWN_ODDS),
    "Breslow-Day": RForm(
        f"breslow_day({_ARMS})",
        {"chi-square": "x$statistic", "df": "x$df", "p": "x$p", "p, Tarone": "x$tarone"},
    ),
}  # fmt: skip
"""Methods of shares over strata, asked with the counts of each stratum that has both arms."""

_LOGISTIC: Final = (
    "glm(Y ~ ARM{covariates}{factors}, family = binomial, data = d, "
    "control = list(epsilon = 1e-16, maxit = 100))"
)
OF_RESPONSES: Final[dict[str, RForm]] = {
    "logistic regression": RForm(
        _LOGISTIC,
        ends("odds ratio", "exp(coef(x)[[2]])", "{odds_lower}", "{odds_upper}")
        | {
            "log odds ratio": "coef(x)[[2]]",
            "log odds ratio standard error": "sqrt(vcov(x)[2, 2])",
            "p": "{odds_p}",
            "likelihood-ratio chi-square": 'drop1(x, ~ ARM, test = "LRT")[2, "LRT"]',
            "likelihood-ratio p": 'drop1(x, ~ ARM, test = "LRT")[2, "Pr(>Chi)"]',
        },
    ),
    "standardized difference": RForm(
        f"standardized_difference({_LOGISTIC})",
        listed(GAP, error=True) | {"p": "x$p"},
    ),
}
"""Methods of responses subject by subject, by their plain name."""
