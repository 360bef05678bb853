"""Cox, Fine-Gray and Weibull regression."""
