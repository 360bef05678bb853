"""Tests of two or more arms: log-rank, weighted, combined, permuted."""
