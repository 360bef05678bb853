"""What pages ask of a store beyond its units."""
