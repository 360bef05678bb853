"""Templates as they were compiled before, kept beside their source as Python keeps its own."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache, FileSystemBytecodeCache


class _BesideTheSource(FileSystemBytecodeCache):
    """Jinja's, which goes without where the folder cannot be read or written."""

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)


def kept_beside(templates: Path) -> BytecodeCache | None:
    """What keeps the compiled templates of a folder; None where Python keeps no bytecode either.

    A template is compiled anew as soon as its text is another, or Python or Jinja's format is.
    """
    if sys.dont_write_bytecode:
        return None
    return _BesideTheSource(str(templates / "__pycache__"), "%s.template")
