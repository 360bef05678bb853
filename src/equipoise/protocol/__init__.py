"""What was promised: one file, two forms, and the rules across its fields."""

from equipoise.protocol.model import Protocol
from equipoise.protocol.read.reader import examine, read, read_text
from equipoise.protocol.read.resolve import resolve, resolve_truth, truth_digest, with_truth

__all__ = [
    "Protocol",
    "examine",
    "read",
    "read_text",
    "resolve",
    "resolve_truth",
    "truth_digest",
    "with_truth",
]
