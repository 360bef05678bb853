"""What a monitoring committee reads: the closed report by letter, the open one pooled."""
