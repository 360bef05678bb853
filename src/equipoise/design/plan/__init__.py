"""From a protocol to its design: size, looks, sentences."""
