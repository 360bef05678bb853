"""The words of the protocol language."""
