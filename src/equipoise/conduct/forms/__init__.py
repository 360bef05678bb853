"""A protocol's forms at work: their rows in the record, and the checks on their answers."""
