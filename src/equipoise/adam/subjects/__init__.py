"""ADSL: subjects, their populations, and when each was last known alive."""
