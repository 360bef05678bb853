"""What is handed to a regulator: datasets, define.xml, programs in R, guides, results."""
