"""What a data manager must ask the site."""

from equipoise.adam.queries.model import Rule
from equipoise.adam.queries.raise_ import RULES, queries

__all__ = ["RULES", "Rule", "queries"]
