"""Occurrences and findings: ADAE, ADCM, ADMH, ADVS, ADEG."""
