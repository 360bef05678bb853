"""What the pages of pharmacy, committee, list and monitor show."""
