"""Planted bugs: the simulated looks must turn red."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from equipoise.design.size import logrank, logrank_moments, logrank_subject
from support.logrank_settings import RECORD, SETTINGS
from support.mutants import plant

ENTRIES = json.loads(RECORD.read_text(encoding="utf-8"))["entries"]
TOLERANCE = 0.003

# name: (function, what stands there, what is planted, the setting that catches it)
MUTANTS: dict[str, tuple[Any, str, str, str]] = {
    "the bound scaled by the root of the information ratio": (
        logrank.power_logrank,
        "_crossing(logrank_moments(course, times), upper)",
        "_crossing(logrank_moments(course, times), "
        "[u * (a.information / a.null_information) ** 0.5 for u, a in zip(upper, looks)])",
        "late effect, 229",
    ),
    "the mean from the average hazard ratio": (
        logrank.power_logrank,
        "_crossing(logrank_moments(course, times), upper)",
        "_crossing(logrank_moments(course, times)._replace(leading="
        "-np.log([a.hazard_ratio for a in looks]) * [a.information**0.5 for a in looks]), upper)",
        "late, 1:2",
    ),
    "variance 1, as under equal hazards": (
        logrank._crossing,
        "np.sqrt(np.diag(moments.covariance))",
        "np.ones(len(moments.leading))",
        "late, 3:1",
    ),
    "the number of subjects forgotten in the mean": (
        logrank._crossing,
        "(x - moments.leading - moments.bias)",
        "(x - moments.leading)",
        "four looks, Pocock",
    ),
    "the skewness forgotten": (
        logrank._crossing,
        "x - bent",
        "x",
        "late, 3:1",
    ),
    "the variance estimate taken as fixed": (
        logrank_moments.logrank_moments,
        "v[k] ** -0.5, -0.5 * u[k] * v[k] ** -1.5",
        "v[k] ** -0.5, 0.0",
        "late, 3:1",
    ),
    "arms weighed alike at any ratio": (
        logrank_subject.stratum,
        "zip((1.0 - q, q)",
        "zip((0.5, 0.5)",
        "late, 1:2",
    ),
}


def apart(name: str) -> float:
    course, times, efficacy = SETTINGS[name]
    found = logrank.power_logrank(course, times=times, efficacy=efficacy).crossing
    return float(np.max(np.abs(np.subtract(found, ENTRIES[name]["crossing"]))))


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_simulated_looks_catch(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    function, old, new, setting = MUTANTS[mutant]
    assert apart(setting) <= TOLERANCE
    importers = (logrank, logrank_moments)
    also = tuple(m for m in importers if hasattr(m, function.__name__))
    plant(monkeypatch, function, old, new, also=also)
    assert apart(setting) > TOLERANCE
