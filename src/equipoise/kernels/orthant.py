"""Up to four correlated normals, all below a point or some of them beyond it, by one integral.

Plackett's identity: the probability grows along a line of correlations by what the density of each
pair at its corner allows, times the probability of the others given that pair. The line leads from
independence, so that inside it nothing is singular, wherever it ends.

Checked  tests/unit/kernels/test_orthant.py (closed forms, another integral, scipy).
"""

from __future__ import annotations

import math

import numpy as np

from equipoise.kernels.compiled import njit
from equipoise.kernels.draws import normal_probability, normal_quantile

MOST_NORMALS = 4
"""Normals at most."""

_CLOSE = 1e-7
"""Error of the integral, relative to itself, at which its panels are no longer halved."""

_PANELS = np.array([0.0, 0.003, 0.03, 0.12, 0.3, 0.7, 0.5 * math.pi])
"""Where panels end at first: what is singular makes the integrand steep near 0."""

_NARROW = 1e-6
"""Radians below which a panel is not halved."""

_HALVINGS = 40
_TINY_P = 1e-300
# an even function to 1: the upper half of 16 nodes on (-1, 1)
_LINE, _LINE_WEIGHT = (x[8:].copy() for x in np.polynomial.legendre.leggauss(16))

# Kronrod's 15 nodes and, at every second of them, Gauss's 7: Piessens et al. 1983, QUADPACK
_HALF = (
    (0.991455371120812639206854697526329, 0.022935322010529224963732008058970, 0.0),
    (0.949107912342758524526189684047851, 0.063092092629978553290700663189204,
     0.129484966168869693270611432679082),
    (0.864864423359769072789712788640926, 0.104790010322250183839876322541518, 0.0),
    (0.741531185599394439863864773280788, 0.140653259715525918745189590510238,
     0.279705391489276667901467771423780),
    (0.586087235467691130294144691693013, 0.169004726639267902826583426598550, 0.0),
    (0.405845151377397166906606412076961, 0.190350578064785409913256402421014,
     0.381830050505118944950369775488975),
    (0.207784955007898467600689403773245, 0.204432940075298892414161999234649, 0.0),
)  # fmt: skip
_MIDDLE = (0.0, 0.209482141084727828012999174891714, 0.417959183673469387755102040816327)
_KRONROD = np.array([*((-x, k, g) for x, k, g in _HALF), _MIDDLE, *_HALF])


@njit(cache=True, nogil=True)
def owen(h, u):  # type: ignore[no-untyped-def]
    """Owen's T(h, u / h) for h, u >= 0.

    Source   Owen 1956, Ann Math Stat 27:1075.
    """
    if u > h:
        return 0.5 * (
            normal_probability(h) * normal_probability(-u)
            + normal_probability(u) * normal_probability(-h)
        ) - _owen_below_1(u, h / u)
    return _owen_below_1(h, u / h) if h > 0.0 else 0.0


@njit(cache=True, nogil=True)
def _owen_below_1(h, a):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(len(_LINE)):
        square = 1.0 + (a * _LINE[i]) ** 2
        total += _LINE_WEIGHT[i] * math.exp(-0.5 * h * h * square) / square
    return total * a / (2.0 * math.pi)


@njit(cache=True, nogil=True)
def two_below(x, y, correlation):  # type: ignore[no-untyped-def]
    """P(X <= x, Y <= y), to about 1e-13.

    Source   Owen 1956, Ann Math Stat 27:1075.
    """
    rest = 1.0 - correlation * correlation
    if x == 0.0 and y == 0.0:
        return 0.25 + math.asin(max(-1.0, min(1.0, correlation))) / (2.0 * math.pi)
    if rest <= 0.0:
        if correlation > 0.0:
            return normal_probability(min(x, y))
        return max(0.0, normal_probability(x) - normal_probability(-y))
    root = math.sqrt(rest)
    u, v = (y - correlation * x) / root, (x - correlation * y) / root
    one, other = owen(abs(x), abs(u)), owen(abs(y), abs(v))
    # T is odd in its slope u / x
    if (u < 0.0) != (x < 0.0):
        one = -one
    if (v < 0.0) != (y < 0.0):
        other = -other
    apart = 0.5 if (x < 0.0) != (y < 0.0) else 0.0
    return 0.5 * (normal_probability(x) + normal_probability(y)) - one - other - apart


@njit(cache=True, nogil=True, inline="always")
def given(m, i, j, v, x, r):  # type: ignore[no-untyped-def]
    """Normal m where i and j are at their x, correlations off the diagonal being cos(v) times `r`:
    its slopes on both, its spread, and how far below x it is in spreads.

    What vanishes at v = 0 is written by 1 - cos v and sin v, which are exact there.
    """
    t, short, square = math.cos(v), 2.0 * math.sin(0.5 * v) ** 2, math.sin(v) ** 2
    a, c, pair = r[m, i], r[m, j], r[i, j]
    left = (1.0 - pair * pair) + pair * pair * square
    by_i = t * ((a - pair * c) + short * pair * c) / left
    by_j = t * ((c - pair * a) + short * pair * a) / left
    squares, product = a * a + c * c + pair * pair, 2.0 * a * c * pair
    whole = (1.0 - squares + product) + square * squares - short * (1.0 + t + t * t) * product
    spread = math.sqrt(max(whole, _TINY_P) / left)
    return by_i, by_j, spread, (x[m] - by_i * x[i] - by_j * x[j]) / spread


@njit(cache=True, nogil=True)
def rest_below(i, j, v, x, r):  # type: ignore[no-untyped-def]
    """P(the others are below their x, given that normals i and j are at theirs)."""
    p, q = -1, -1
    for m in range(len(x)):
        if m not in (i, j):
            p, q = q, m
    if q < 0:
        return 1.0
    _, _, spread, far = given(q, i, j, v, x, r)
    if p < 0:
        return normal_probability(far)
    by_i, by_j, own, gap = given(p, i, j, v, x, r)
    both = math.cos(v) * (r[p, q] - by_i * r[q, i] - by_j * r[q, j])
    return two_below(gap, far, max(-1.0, min(1.0, both / (own * spread))))


@njit(cache=True, nogil=True)
def growth(v, x, r):  # type: ignore[no-untyped-def]
    """How fast P(all below x) grows as v falls, correlations being cos(v) times `r`.

    Source   Plackett 1954, Biometrika 41:351.
    """
    short, total = 2.0 * math.sin(0.5 * v) ** 2, 0.0
    for i in range(len(x)):
        for j in range(i):
            pair = r[i, j]
            left = (1.0 - pair * pair) + (pair * math.sin(v)) ** 2
            far = (x[i] - x[j]) ** 2 + 2.0 * x[i] * x[j] * ((1.0 - pair) + pair * short)
            density = pair * math.exp(-0.5 * far / left) / (2.0 * math.pi * math.sqrt(left))
            if density != 0.0:
                total += density * rest_below(i, j, v, x, r)
    return total * math.sin(v)


@njit(cache=True, nogil=True)
def panel(low, high, x, r):  # type: ignore[no-untyped-def]
    """The integral of `growth` over a panel, and how far Gauss is from Kronrod."""
    middle, half, by_15, by_7 = 0.5 * (low + high), 0.5 * (high - low), 0.0, 0.0
    for n in range(len(_KRONROD)):
        value = growth(middle + half * _KRONROD[n, 0], x, r)
        by_15 += _KRONROD[n, 1] * value
        by_7 += _KRONROD[n, 2] * value
    return half * by_15, half * abs(by_15 - by_7)


@njit(cache=True, nogil=True)
def shared(x, r):  # type: ignore[no-untyped-def]
    """P(all below x) less what it would be without correlations.

    Panels are halved until Gauss and Kronrod agree, the lower half waiting for the upper.
    """
    waiting, halved = len(_PANELS) - 1, 0
    end = np.empty(len(_PANELS) + _HALVINGS)
    end[: len(_PANELS)] = _PANELS
    high, done = end[waiting], 0.0
    while waiting > 0:
        low = end[waiting - 1]
        found, error = panel(low, high, x, r)
        wide = high - low > _NARROW and halved < _HALVINGS
        if wide and error > _CLOSE * (abs(done) + abs(found)):
            end[waiting] = 0.5 * (low + high)
            waiting += 1
            halved += 1
        else:
            done += found
            high = low
            waiting -= 1
    return done


@njit(cache=True, nogil=True)
def all_below(x, r):  # type: ignore[no-untyped-def]
    """P(every normal is at or below its x).

    x : (k,) finite, k from 1 to 4; r : (k, k) correlations, of any rank
    """
    apart = 1.0
    for limit in x:
        apart *= normal_probability(limit)
    return max(0.0, apart + shared(x, r))


@njit(cache=True, nogil=True)
def some_above(x, r):  # type: ignore[no-untyped-def]
    """P(some normal is above its x): 1 less `all_below`, and as exact where that is nearly 1."""
    apart = 0.0
    for limit in x:
        beyond = normal_probability(-limit)
        apart += beyond - apart * beyond
    return max(0.0, apart - shared(x, r))


@njit(cache=True, nogil=True)
def lowest(z, r):  # type: ignore[no-untyped-def]
    """The lowest of several correlated Z as the Z of its P value, P(some Z is as low).

    z : (k,) normal with correlations r under no effect
    """
    if len(z) == 1:
        return z[0]
    x = np.full(len(z), -z.min())
    p = some_above(x, r)
    if p < 0.5:
        return normal_quantile(max(p, _TINY_P))
    return -normal_quantile(max(all_below(x, r), _TINY_P))


@njit(cache=True, nogil=True)
def beyond_either_side(far, r):  # type: ignore[no-untyped-def]
    """P(some |Z| is above `far`), `far` > 0; exact in proportion where it is small.

    The box is the sum of its corners with signs; the corner of all upper ends is 1 less a little.
    """
    k = len(r)
    if far == 0.0:
        return 1.0
    x = np.full(k, far)
    p = some_above(x, r)
    for corner in range(1, 1 << k):
        sign = 1.0
        for i in range(k):
            is_lower = corner >> i & 1
            x[i] = -far if is_lower else far
            sign = -sign if is_lower else sign
        p -= sign * all_below(x, r)
    return min(max(p, 0.0), 1.0)
