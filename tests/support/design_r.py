"""Enough of R to evaluate a recorded design call with Equipoise's own functions.

The text of each call is turned into Python and evaluated in a namespace in which
`rpact::getDesignGroupSequential`, `gsDesign::gsDesign` and so on are thin adapters to Equipoise.
"""

from __future__ import annotations

import math
import re
from types import SimpleNamespace
from typing import Any

import numpy as np

from equipoise.design.bounds.boundaries import bounds

RPACT_FAMILIES = {
    "OF": "obf",
    "P": "pocock",
    "asOF": "lan-demets-obf",
    "asP": "lan-demets-pocock",
    "noEarlyEfficacy": "none",
    "bsOF": "lan-demets-obf",
    "bsP": "lan-demets-pocock",
}
PARAMETERS = {
    "WT": ("wang-tsiatis", "deltaWT"),
    "HP": ("haybittle-peto", "constantBoundsHP"),
    "asHSD": ("hsd", "gammaA"),
    "asKD": ("kim-demets", "gammaA"),
    "bsHSD": ("hsd", "gammaB"),
    "bsKD": ("kim-demets", "gammaB"),
}
GS_FAMILIES = {
    "OF": "obf",
    "Pocock": "pocock",
    "sfLDOF": "lan-demets-obf",
    "sfLDPocock": "lan-demets-pocock",
    "sfHSD": "hsd",
    "sfPower": "kim-demets",
    "sfExponential": "exponential",
    "sfLinear": "linear",
    "sfLogistic": "logistic",
    "sfTDist": "t-dist",
    # with parameter .5 both of these are the Lan-DeMets O'Brien-Fleming curve
    "sfXG2": "lan-demets-obf",
    "sfXG3": "lan-demets-obf",
}


def to_python(text: str) -> list[str]:
    """Statements of an R call as Python statements; the last one is the value."""
    text = text.strip()
    if text.startswith("{"):
        text = text[1:-1]
    text = re.sub(r"\((\d+):(\d+)\)", r"seq_(\1,\2)", text)
    text = re.sub(r"=(\d+):(\d+)", r"=seq_(\1,\2)", text)
    text = re.sub(r"\[,(\d)\]", lambda m: f"[:,{int(m[1]) - 1}]", text)
    text = text.replace("::", ".").replace("$", ".").replace("as.numeric", "as_numeric")
    text = text.replace("TRUE", "True").replace("FALSE", "False").replace("NULL", "None")
    text = re.sub(r"\bNA\b", "None", text).replace("maxn.IPlan", "maxn_IPlan")
    text = text.replace("n.fix", "n_fix").replace("n.I", "n_I").replace("test.type", "test_type")
    text = text.replace("set.seed", "set_seed").replace("lambda=", "lambda_=")
    text = re.sub(r"\b-?Inf\b", lambda m: m[0].replace("Inf", "inf"), text)
    text = text.replace("is.matrix", "is_matrix").replace("<-", "=")
    text = re.sub(r"\bif \((.*?)\) (.*?) else ([^}]*)", r"((\2) if (\1) else (\3))", text)
    return [part.strip() for part in _split(text)]


def _split(text: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == ";" and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return [*parts, current]


def evaluate(entry: dict[str, Any], namespace: dict[str, Any]) -> Any:
    """The value of a recorded call by Equipoise's functions."""
    setup = entry.get("setup") or []
    lines = [setup] if isinstance(setup, str) else list(setup)
    statements = [s for line in lines for s in to_python(line)]
    *before, last = to_python(entry["call"])
    names = dict(namespace)
    for statement in [*statements, *before]:
        exec(statement, names)
    return eval(last, names)


class Named(dict):  # type: ignore[type-arg]
    """A named list of R, of which `x[c("a", "b")]` keeps some."""

    def __getitem__(self, names: Any) -> Any:
        if isinstance(names, tuple):
            return {name: super(Named, self).__getitem__(name) for name in names}
        return super().__getitem__(names)


def flat(value: Any) -> list[Any]:
    """Numbers of a nested value in order; None for what is missing, text for infinities."""
    if isinstance(value, dict):
        return [v for key in value for v in flat(value[key])]
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [v for item in value for v in flat(item)]
    if isinstance(value, str):
        return [float(value.replace("Inf", "inf"))]
    if value is None or isinstance(value, bool):
        return [value]
    return [float(value)]


def c(*values: Any) -> Any:
    if values and isinstance(values[0], str):
        return tuple(values)
    return np.concatenate([np.atleast_1d(np.asarray(v, dtype=float)) for v in values])


def rpact_design(**a: Any) -> SimpleNamespace:
    """rpact's getDesignGroupSequential."""
    t = [1.0] if a.get("kMax") == 1 else list(a["informationRates"])
    kind = a.get("typeOfDesign", "OF")
    efficacy = _named(kind, a, RPACT_FAMILIES, PARAMETERS)
    futility = a.get("typeBetaSpending")
    b = bounds(
        t,
        alpha=a.get("alpha", 0.025),
        sides=a.get("sided", 1),
        efficacy=efficacy,
        futility=_named(futility, a, RPACT_FAMILIES, PARAMETERS) if futility else None,
        beta=a.get("beta", 0.2),
        binding=a.get("bindingFutility", False) if futility else False,
    )
    return SimpleNamespace(
        bounds=b,
        criticalValues=[math.inf if u is None else u for u in b.upper],
        futilityBounds=list(b.lower[:-1]),
        alphaSpent=list(b.alpha_spent),
    )


def _named(kind: str, a: dict[str, Any], plain: dict[str, str], with_number: Any) -> str:
    if kind in with_number:
        name, key = with_number[kind]
        return f"{name}:{a[key]}"
    return plain[kind]


def rpact_characteristics(design: SimpleNamespace) -> SimpleNamespace:
    b = design.bounds
    scale = b.inflation / b.information[-1]
    return SimpleNamespace(
        inflationFactor=b.inflation,
        rejectionProbabilities=b.exits(drift=b.drift).upper,
        averageSampleNumber0=scale * b.expected_information(drift=0.0),
        averageSampleNumber01=scale * b.expected_information(drift=b.drift / 2),
        averageSampleNumber1=scale * b.expected_information(drift=b.drift),
    )


def rpact_power_of_mean(design: SimpleNamespace, *, theta: float, nMax: float) -> SimpleNamespace:
    drift = theta * math.sqrt(nMax)  # one sample, standard deviation 1
    b = design.bounds
    return SimpleNamespace(
        overallReject=b.power(drift=drift),
        averageSampleNumber=nMax * b.expected_information(drift=drift),
        rejectPerStage=b.exits(drift=drift).upper,
    )


def gs_family(name: Any) -> Any:
    def family(*, alpha: float, t: Any, param: Any = None) -> SimpleNamespace:
        from equipoise.design.bounds.spending import spending

        return SimpleNamespace(spend=spending(gs_name(name, param)).spent(np.array(t), alpha))

    family.name = name  # type: ignore[attr-defined]
    return family


def gs_name(name: str, parameter: Any) -> str:
    found = GS_FAMILIES[name]
    if found in ("obf", "pocock", "lan-demets-obf", "lan-demets-pocock"):
        return found
    return found + ":" + ",".join(repr(float(p)) for p in np.atleast_1d(parameter))


def gs_design(**a: Any) -> SimpleNamespace:
    """gsDesign's gsDesign: test types 1 (one-sided), 3 (binding) and 4 (non-binding)."""
    a = {"alpha": 0.025, "beta": 0.1, "test_type": 4, "n_fix": 1.0, **a}
    a = {"sfu": gs_family("sfHSD"), "sfupar": -4.0, "sfl": gs_family("sfHSD"), "sflpar": -2.0, **a}
    planned = a.get("maxn_IPlan")
    t = np.atleast_1d(a["n_I"] / (planned or a["n_I"][-1]) if "n_I" in a else a["timing"])
    t = t if t.size == a["k"] else np.append(t, 1.0)
    upper = a["sfu"] if isinstance(a["sfu"], str) else a["sfu"].name
    b = bounds(
        t.tolist(),
        alpha=a["alpha"],
        efficacy=gs_name(upper, a["sfupar"]),
        futility=gs_name(a["sfl"].name, a["sflpar"]) if a["test_type"] > 1 else None,
        beta=a["beta"],
        binding=a["test_type"] == 3,
    )
    return gs_result(b, a["n_fix"])


def gs_result(b: Any, n_fix: float) -> SimpleNamespace:
    per = b.inflation * n_fix / b.information[-1]
    exits = [b.exits(drift=d) for d in (0.0, b.drift)]
    return SimpleNamespace(
        bounds=b,
        n_I=np.array(b.information) * per,
        upper=SimpleNamespace(bound=np.array(b.upper), prob=np.array([e.upper for e in exits]).T),
        lower=SimpleNamespace(
            bound=np.array([v if v is not None else np.nan for v in b.lower]),
            prob=np.array([e.lower for e in exits]).T,
        ),
        en=[b.expected_information(drift=d) * per for d in (0.0, b.drift)],
        delta=b.drift / math.sqrt(per),
    )


def gs_probability(*, k: int, theta: Any, n_I: Any, a: Any, b: Any, r: int) -> SimpleNamespace:
    from equipoise.design.bounds.model import exits

    found = [exits(n_I, a, b, float(th)) for th in theta]
    return SimpleNamespace(
        upper=SimpleNamespace(prob=np.array([f[0] for f in found]).T),
        lower=SimpleNamespace(prob=np.array([f[1] for f in found]).T),
    )


def namespace() -> dict[str, Any]:
    """Names that the recorded calls use."""
    rpact = SimpleNamespace(
        getDesignGroupSequential=rpact_design,
        getDesignCharacteristics=rpact_characteristics,
        getPowerAndAverageSampleNumber=rpact_power_of_mean,
    )
    families = {n: gs_family(n) for n in GS_FAMILIES if n.startswith("sf")}
    gs = SimpleNamespace(gsDesign=gs_design, gsProbability=gs_probability, **families)
    return {
        "c": c,
        "list": dict,
        "seq_": lambda a, b: np.arange(a, b + 1, dtype=float),
        "rep": lambda v, n: np.repeat(np.atleast_1d(v), n),
        "log": math.log,
        "inf": math.inf,
        "is_matrix": lambda v: np.ndim(v) == 2,
        "seq_along": lambda v: np.arange(len(v)),
        "as_numeric": lambda v: np.asarray(v, dtype=float).ravel(),
        "rpact": rpact,
        "gsDesign": gs,
    }
