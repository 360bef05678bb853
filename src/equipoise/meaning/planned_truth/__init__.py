"""The truth that follows from what is assumed, where a protocol writes none."""
