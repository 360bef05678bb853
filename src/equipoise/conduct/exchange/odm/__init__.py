"""The Operational Data Model of CDISC, 1.3.2: written from a store, and read back from the file."""
