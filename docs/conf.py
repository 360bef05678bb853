"""The documentation site: `make docs`, offline, every warning an error."""

import sys
from pathlib import Path

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE / "_ext"), str(_HERE.parent / "src")]

from equipoise import __version__  # noqa: E402  (the line above lets it be found)

project = "Equipoise"
author = copyright = "The Equipoise developers"
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.doctest", "docstrings", "reference"]
exclude_patterns = ["decisions/README.md"]
html_theme = "furo"
html_title = f"Equipoise {__version__}"
html_copy_source = html_show_sphinx = False
myst_heading_anchors = 4
myst_enable_extensions = ["deflist"]
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
maximum_signature_line_length = 80
highlight_language = "none"
