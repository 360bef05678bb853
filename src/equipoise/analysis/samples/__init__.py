"""From the analysis datasets to the sample of an estimand."""
