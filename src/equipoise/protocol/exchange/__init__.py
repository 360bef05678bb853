"""Other people's protocol formats: USDM, ClinicalTrials.gov."""
