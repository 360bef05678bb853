"""What we derive, with reasons."""
