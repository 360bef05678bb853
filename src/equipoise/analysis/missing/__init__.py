"""Missing data: multiple imputation under stated assumptions."""
