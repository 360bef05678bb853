"""How the trial recruits, all arms together: who came, who did not, and when the last is in."""
