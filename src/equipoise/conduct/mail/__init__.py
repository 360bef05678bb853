"""Who is written to of what was done: messages that wait in the store."""
