"""What people do in a trial: one command, one transaction."""
