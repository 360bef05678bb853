"""What is given, held and stopped, and why."""
