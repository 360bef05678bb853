"""Writers: a display in the words of a file format; none of them formats a number."""
