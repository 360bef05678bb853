"""What a site keeps for the day on which it cannot reach the system."""
