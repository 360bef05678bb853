"""Case report forms on paper: blank for sites, annotated for those who read the data."""
