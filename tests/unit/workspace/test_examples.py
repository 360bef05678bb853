"""The shipped examples: the whole street, and each primary result where it should fall."""

from __future__ import annotations

import shutil
from math import log
from pathlib import Path

import pytest

from equipoise.meaning.check import read
from equipoise.simulation.simulate import simulate
from equipoise.workspace.build import build
from equipoise.workspace.run import run_into
from equipoise.workspace.verify import verify

EXAMPLES = Path(__file__).parents[3] / "examples"
AS_PLANNED, SEED = "as planned", 2
FEW, SLOW, FAST = 12, 24, 1000  # trials: by records, where fewer make it narrower, and as arrays

# example -> trials, and for each primary estimand its look and whether estimates are logarithms
CASES = {
    "dual-primary": (FAST, {"PFS": ("PFS final", True), "OS": ("PFS final", True)}),
    "dose-finding": (FEW, {"CHANGE": ("CHANGE final", False)}),
    "non-inferiority": (SLOW, {"ORR": ("ORR final", False)}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_primary_result_lies_inside_its_simulated_interval(name: str, tmp_path: Path) -> None:
    trials, asked = CASES[name]
    shutil.copy(EXAMPLES / name / "protocol.yaml", tmp_path)
    run_into(tmp_path, truth=AS_PLANNED, seed=SEED)
    done = build(tmp_path)
    assert not verify(done.folder).disagreeing
    assert done.summary is not None
    assert set(done.summary.primary) == set(asked)
    protocol = read(tmp_path)
    # In this process alone: another one would first import and compile what is at hand here.
    found = simulate(protocol, truth=AS_PLANNED, trials=trials, seed=SEED, workers=1)
    for hypothesis, (look, is_log) in asked.items():
        low, high = (
            found.value(f"estimate, {q}%", hypothesis=hypothesis, look=look).value
            for q in ("2.5", "97.5")
        )
        value = estimate(done.summary.primary[hypothesis])
        value = log(value) if is_log else value
        assert low is not None
        assert high is not None
        print(f"{name} {hypothesis}: {value:.3f} in {low:.3f} to {high:.3f}")
        assert low < value < high


def estimate(text: str) -> float:
    """The number before its interval: `Estimate  hazard ratio 0.62 (95% CI ...`."""
    return float(text.split(" (95% CI")[0].split()[-1])
