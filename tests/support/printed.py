"""Pages as they are printed: by LibreOffice from RTF, and read by pdftotext."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

_FOOT = re.compile(r"Equipoise:|\d+ of \d+$")


def pages_of(path: Path, *, layout: bool = True) -> list[str]:
    """The text of each page."""
    call = ["pdftotext", *(["-layout"] if layout else []), str(path), "-"]
    done = subprocess.run(call, capture_output=True, check=True, timeout=300)
    return done.stdout.decode().split("\f")[:-1]


def last_lines(path: Path) -> list[str]:
    """The last line of each page above its foot: `Equipoise: ...`, or `2 of 9`."""
    found = []
    for page in pages_of(path):
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        body = [line for line in lines if not _FOOT.match(line)]
        found.append(body[-1])
    return found


def printed_by_office(*files: Path) -> list[Path]:
    """Each file as PDF beside it."""
    where = files[0].parent
    profile = f"-env:UserInstallation=file://{where}/profile"
    call = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(where)]
    subprocess.run([*call, *map(str, files)], capture_output=True, check=True, timeout=300)
    return [path.with_suffix(".pdf") for path in files]


def printed_by_browser(page: Path, program: str) -> Path:
    """A page as PDF beside it, by Chromium's own print."""
    made = page.with_suffix(".pdf")
    call = [program, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={page.parent / 'browser'}", f"--print-to-pdf={made}",
            page.resolve().as_uri()]  # fmt: skip
    subprocess.run(call, capture_output=True, check=True, timeout=300)
    return made
