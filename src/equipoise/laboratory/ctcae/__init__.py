"""CTCAE laboratory grades: the criteria are data files, one per version."""
