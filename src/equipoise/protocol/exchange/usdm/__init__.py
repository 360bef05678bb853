"""CDISC's Unified Study Definitions Model 4.0: the protocol written in it, and read from it."""

from equipoise.protocol.exchange.usdm.reading import Imported, from_usdm
from equipoise.protocol.exchange.usdm.writing import to_usdm

__all__ = ["Imported", "from_usdm", "to_usdm"]
