"""ADLB: laboratory values in the protocol's units, with their grades."""
