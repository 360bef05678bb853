"""Data that were collected in REDCap: its dictionary, the map to the forms, the import."""
