"""Documents in chapters, and their writers: what is said once is written in every format."""
