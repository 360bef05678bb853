"""How fair an allocation is, beside others."""
