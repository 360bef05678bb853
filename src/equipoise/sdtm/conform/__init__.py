"""Whether collected data keep the rules of SDTM and of the protocol."""
