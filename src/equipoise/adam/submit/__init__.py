"""Define-XML, Dataset-JSON and the metadata of the analysis datasets."""
