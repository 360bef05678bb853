"""All checks, in the order in which they run: what others rest on comes first."""

from verification import designs, draws, every_test, intervals

CHECKS = (*draws.CHECKS, *intervals.CHECKS, *designs.CHECKS, *every_test.CHECKS)
