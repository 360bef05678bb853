"""One end point of any table, compared between arms: as text and as a page."""
