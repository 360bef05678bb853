"""Letters that would turn a page around: right-to-left script, and what cannot be seen."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import Final

_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff]")
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def seen(text: str) -> str:
    """A text whose control characters are written by their number, as [U+202E]."""
    return _UNSEEN.sub(lambda m: f"[U+{ord(m[0]):04X}]", text)


@lru_cache(maxsize=4096)  # a page says the same numbers over and over
def html_text(text: str) -> str:
    """A text for HTML: escaped, control characters by number, right-to-left script by itself.

    Source   Unicode UAX 9 (isolates); HTML, the bdi element.
    Checked  tests/unit/reporting/test_letters.py
    """
    shown = escape(seen(text))
    return f"<bdi>{shown}</bdi>" if _RIGHT_TO_LEFT.search(shown) else shown
