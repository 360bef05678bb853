"""Results in other people's formats: CDISC's Analysis Results Standard, ClinicalTrials.gov."""
