"""What pages show, read from the store for one visitor."""
