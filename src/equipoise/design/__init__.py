"""How many subjects, and when we look: spending, boundaries, size, time, plan, monitor."""

from equipoise.design.boundaries import bounds
from equipoise.design.looks import Bounds

__all__ = ["Bounds", "bounds"]
