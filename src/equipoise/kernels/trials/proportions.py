"""Two proportions at a look: the score test of Miettinen and Nurminen, and Fisher's exact test.

Checked  tests/twins/test_trial_readings.py (scipy); tests/laws/test_one_reading.py.
"""

from __future__ import annotations

import math

from equipoise.kernels import draws
from equipoise.kernels.compiled import njit

_SMALLEST_P = 1e-300


@njit(cache=True, nogil=True)
def read_shares(seen, pair, cut, exact, sign, out):  # type: ignore[no-untyped-def]
    """Fill `out` (B, 8) with the Readout of the responses seen in those who entered by a cut.

    seen : a `table.Entrants`, whose `day` is that on which a response is seen
    sign : 1.0 where more responses are better, -1.0 where fewer are
    """
    entry, arm, _, day, _ = seen
    for t in range(len(out)):
        n_0, n_1, x_0, x_1 = 0, 0, 0, 0
        for j in range(cut.entered[t]):
            responded = int(day[t, j] <= cut.day[t] - entry[t, j] + 1)
            if arm[t, j] == pair[0]:
                n_0 += 1
                x_0 += responded
            elif arm[t, j] == pair[1]:
                n_1 += 1
                x_1 += responded
        out[t, 0], out[t, 1], out[t, 2], out[t, 3] = x_0, x_1, n_0, n_1
        out[t, 4:] = math.nan
        if n_0 > 0 and n_1 > 0:
            p_0, p_1 = x_0 / n_0, x_1 / n_1
            out[t, 6] = p_1 - p_0
            out[t, 7] = math.sqrt(p_0 * (1.0 - p_0) / n_0 + p_1 * (1.0 - p_1) / n_1)
            higher, variance = score(x_1, n_1, x_0, n_0)
            if variance > 0.0:
                out[t, 5] = 1.0 / variance
            out[t, 4] = -sign * (fisher(x_1, n_1, x_0, n_0) if exact else higher)


@njit(cache=True, nogil=True)
def score(x1, n1, x2, n2):  # type: ignore[no-untyped-def]
    """Z of the first rate less the second, were both equal, and the variance; NaN without any.

    Source   Miettinen & Nurminen 1985, Stat Med 4:213 (the variance with N/(N - 1)).
    """
    n = n1 + n2
    pooled = (x1 + x2) / n
    variance = pooled * (1.0 - pooled) * (1.0 / n2 + 1.0 / n1) * n / (n - 1.0)
    z = (x1 / n1 - x2 / n2) / math.sqrt(variance) if variance > 0.0 else math.nan
    return z, variance


@njit(cache=True, nogil=True)
def fisher(x1, n1, x2, n2):  # type: ignore[no-untyped-def]
    """The smaller of Fisher's one-sided P values as Z, above 0 where the first rate is the higher.

    So each side holds its own error, and swapping the arms negates Z.
    """
    more = upper_tail(x1, n1, x1 + x2, n1 + n2)
    fewer = upper_tail(n1 - x1, n1, n1 + n2 - x1 - x2, n1 + n2)
    z = draws.normal_quantile(max(min(more, fewer, 0.5), _SMALLEST_P))
    return -z if more < fewer else z


@njit(cache=True, nogil=True)
def upper_tail(x, drawn, marked, n):  # type: ignore[no-untyped-def]
    """P(X >= x), X the marked among `drawn` of n of which `marked` are marked (hypergeometric)."""
    total = 0.0
    fixed = (
        math.lgamma(marked + 1.0)
        + math.lgamma(n - marked + 1.0)
        + math.lgamma(drawn + 1.0)
        + math.lgamma(n - drawn + 1.0)
        - math.lgamma(n + 1.0)
    )
    for k in range(x, min(drawn, marked) + 1):
        if n - marked - drawn + k < 0:
            continue
        total += math.exp(
            fixed
            - math.lgamma(k + 1.0)
            - math.lgamma(marked - k + 1.0)
            - math.lgamma(drawn - k + 1.0)
            - math.lgamma(n - marked - drawn + k + 1.0)
        )
    return min(total, 1.0)
