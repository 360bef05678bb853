"""Missing data: multiple imputation under stated assumptions, and where a conclusion tips."""
