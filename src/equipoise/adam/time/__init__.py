"""ADTTE: times to event, their origins and intercurrent events."""
