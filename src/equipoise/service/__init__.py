"""Web pages and a JSON API over the commands of a trial."""
