"""A protocol in other words: synopsis, changes, amendments, variations."""
