"""Pages as they are printed: by LibreOffice from RTF, and read by pdftotext."""

from __future__ import annotations

import subprocess
from pathlib import Path


def pages_of(path: Path, *, layout: bool = True) -> list[str]:
    """The text of each page."""
    call = ["pdftotext", *(["-layout"] if layout else []), str(path), "-"]
    done = subprocess.run(call, capture_output=True, check=True, timeout=300)
    return done.stdout.decode().split("\f")[:-1]


def last_lines(path: Path) -> list[str]:
    """The last line of each page above its foot."""
    found = []
    for page in pages_of(path):
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        body = [line for line in lines if not line.startswith("Equipoise:")]
        found.append(body[-1])
    return found


def printed_by_office(*files: Path) -> list[Path]:
    """Each file as PDF beside it."""
    where = files[0].parent
    profile = f"-env:UserInstallation=file://{where}/profile"
    call = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(where)]
    subprocess.run([*call, *map(str, files)], capture_output=True, check=True, timeout=300)
    return [path.with_suffix(".pdf") for path in files]
