"""What was promised: one file, two forms, and the rules across its fields."""

from equipoise.protocol.model import Protocol
from equipoise.protocol.read.resolve import resolve, resolve_truth, truth_digest

__all__ = ["Protocol", "resolve", "resolve_truth", "truth_digest"]
