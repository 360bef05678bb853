"""The API: what pages do and show, for programs that ask for a person."""
