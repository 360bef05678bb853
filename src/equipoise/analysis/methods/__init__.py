"""Methods by the names that protocols use: each turns one estimand's data into rows."""

from equipoise.analysis.methods.registry import COMPUTED, method_named
from equipoise.analysis.samples.of_estimand import samples
from equipoise.analysis.samples.sample import NobodyError, Sample

__all__ = ["COMPUTED", "NobodyError", "Sample", "method_named", "samples"]
