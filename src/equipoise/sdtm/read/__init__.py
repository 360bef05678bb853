"""Tables from files, and back: XPT, SAS7BDAT, Parquet, CSV, Dataset-JSON."""
