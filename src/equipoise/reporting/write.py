"""Artefacts appear whole: written beside, then renamed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_text(path: Path, text: str) -> Path:
    """Write a text file so that nobody ever sees half of it. Raises OSError that names it."""
    return write_bytes(path, text.encode())


def write_bytes(path: Path, body: bytes) -> Path:
    """Write a file so that nobody ever sees half of it. Raises OSError that names it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError as problem:  # of a full disk the system does not say which file
        raise OSError(problem.errno, problem.strerror, str(path)) from None
    finally:
        Path(name).unlink(missing_ok=True)
    return path
