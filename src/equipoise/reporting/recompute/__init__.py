"""Each method of an estimand, by libraries that share nothing with this package's analysis."""
