"""The version of the package: below every room, so that none has to import the door for it."""

__version__ = "0.1.0"
