"""ADRS and ADTR: tumor responses and measurements, by reader."""
