"""Published curves back to patient-level data."""
