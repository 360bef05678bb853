"""What was promised: one file, two forms, and the rules across its fields."""

from equipoise.protocol.model import Protocol
from equipoise.protocol.reader import read

__all__ = ["Protocol", "read"]
