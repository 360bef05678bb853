"""The forms of a protocol, resolved once for every room that draws, takes, checks or tabulates."""
