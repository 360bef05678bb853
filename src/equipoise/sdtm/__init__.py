"""What was collected, in the regulator's words."""
