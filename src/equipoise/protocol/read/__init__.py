"""From a file to a protocol, or every fault in it."""
