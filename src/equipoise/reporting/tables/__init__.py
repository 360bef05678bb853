"""Tables of the report: rows of Results laid out."""
