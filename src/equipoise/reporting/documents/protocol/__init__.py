"""The protocol as a document: ICH M11's sections, or SPIRIT 2025's items."""
