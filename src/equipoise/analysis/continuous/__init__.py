"""Continuous endpoints: analysis of covariance and repeated measures."""
