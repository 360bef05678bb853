"""Why a derived value is what it is."""
