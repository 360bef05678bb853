"""`make bench`: ratios against named peers, measured in one run."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Run every module of this folder, or the ones named."""
    here = Path(__file__).parent
    known = sorted(p.stem for p in here.glob("*.py") if not p.stem.startswith("_"))
    for name in sys.argv[1:] or known:
        print(f"\n{name}\n{'=' * len(name)}")
        import_module(f"bench.{name}").main()


main()
