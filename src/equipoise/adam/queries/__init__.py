"""What a data manager must ask the site."""

from equipoise.adam.queries.model import QueryRule
from equipoise.adam.queries.raise_ import QUERY_RULES, queries

__all__ = ["QUERY_RULES", "QueryRule", "queries"]
