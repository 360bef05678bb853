"""What a varied scenario changes."""
