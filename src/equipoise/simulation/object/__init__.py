"""The object road: virtual patients one by one."""
