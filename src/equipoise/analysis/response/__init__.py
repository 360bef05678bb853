"""Response: rates and how two arms differ in them."""
