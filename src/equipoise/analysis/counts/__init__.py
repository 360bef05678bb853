"""Events counted over time at risk."""
