"""All checks, in the order in which they run: what others rest on comes first."""

from verification import designs, draws, intervals

CHECKS = (*draws.CHECKS, *intervals.CHECKS, *designs.CHECKS)
