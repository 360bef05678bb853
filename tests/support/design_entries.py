"""The recorded design values, Equipoise's answer to each, and how far the two may be apart."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from equipoise.design.bounds.boundaries import bounds
from equipoise.design.bounds.inference import stagewise
from equipoise.design.monitor.conditional import conditional_power
from equipoise.design.monitor.scales import z_to_hazard_ratio
from support.design_r import evaluate, flat, namespace
from support.design_r_survival import extend

HERE = Path(__file__).parents[1] / "oracle" / "design"
ENTRIES = {e["id"]: e for e in json.loads((HERE / "design.json").read_text())["entries"]}
LEFT_OUT = json.loads((HERE / "left_out.json").read_text())
NAMES = extend(namespace())

EXACT = 1e-8  # independent quadrature, gsDesign with r=80, closed forms
RPACT = 1e-6  # rpact's own root finding, tolerance 1e-10 on a coarser grid
NESTED = 1e-5  # root finding inside root finding: gsSurv, gsDesign2, futility
NESTED_GROUPS = {"futility", "gs_survival", "expected_events"}
OF_THEIR_OWN = {  # sequentialPValue finds its root by uniroot at about 1e-7
    "gsDesign_sequentialP_c(2.1,2.9)": 1e-6,
}
TIMINGS = {
    "K2": (0.5, 1.0),
    "K3": (1 / 3, 2 / 3, 1.0),
    "K4": (0.25, 0.5, 0.75, 1.0),
    "K5": (0.2, 0.4, 0.6, 0.8, 1.0),
    "U2": (0.6, 1.0),
    "U3": (0.5, 0.8, 1.0),
    "U4": (0.25, 0.6, 0.85, 1.0),
    "U5": (0.2, 0.4, 0.7, 0.9, 1.0),
}
FAMILIES = {
    "OF": "obf",
    "P": "pocock",
    "asOF": "lan-demets-obf",
    "asP": "lan-demets-pocock",
    "HSDm4": "hsd:-4",
    "HSDm2": "hsd:-2",
    "HSD1": "hsd:1",
    "KD1": "kim-demets:1",
    "KD2": "kim-demets:2",
    "KD3": "kim-demets:3",
}


def tolerance(entry: dict[str, Any]) -> float:
    if entry["group"] in NESTED_GROUPS or entry["package"] == "gsDesign2":
        return NESTED
    return RPACT if entry["package"] in ("rpact", "lrstat") else EXACT


def independent(entry: dict[str, Any]) -> Any:
    """The entries made by quadrature are named, not called."""
    _, kind, *rest = entry["id"].split("_")
    if kind == "stagewise":
        z = {"fail": 1.2, "final": 2.6}[rest[1]]
        b = bounds((0.5, 0.75, 1.0), efficacy=FAMILIES[rest[0]])
        found = stagewise(b, look=3, z=z)
        hr = [z_to_hazard_ratio(d, events=74) for d in (found.estimate, *found.interval[::-1])]
        return [3, found.p, *hr]
    b = bounds(TIMINGS[rest[0]], efficacy=FAMILIES[kind], beta=0.1)
    return b.inflation if rest[-1] == "infl" else b.upper


def trend(entry: dict[str, Any]) -> float:
    """Closed forms of conditional power at the current trend, one final test at 1.96."""
    z, t = map(float, re.findall(r"_[zt]([\d.]+)", entry["id"]))
    b = bounds((t, 1.0), efficacy="none")
    return conditional_power(b, look=1, z=z, drift=z / math.sqrt(t))


def ours(entry: dict[str, Any]) -> list[Any]:
    if entry["package"] == "independent":
        return flat(independent(entry))
    if entry["id"].startswith("closedform_trend"):
        return flat(trend(entry))
    return flat(evaluate(entry, NAMES))


def distance(got: Any, want: Any) -> float:
    """Difference relative to 1 or to the value, whichever is larger; infinite for another kind."""
    if want is None or isinstance(want, bool) or math.isinf(want):
        return 0.0 if got == want else math.inf
    return math.inf if got is None else abs(got - want) / max(1.0, abs(want))


def apart(name: str) -> tuple[float, float]:
    """Largest distance of the numbers, and the tolerance (another shape: infinite)."""
    entry = ENTRIES[name]
    got, want = ours(entry), flat(entry["value"])
    if len(got) != len(want):
        return math.inf, 0.0
    worst = max(distance(g, w) for g, w in zip(got, want, strict=True))
    return worst, OF_THEIR_OWN.get(name, tolerance(entry))
