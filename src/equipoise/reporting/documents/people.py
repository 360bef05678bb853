"""Texts that people write, kept beside the protocol by their keys."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from equipoise.errors import InputError
from equipoise.reporting.documents.paper.docx import typed_in
from equipoise.reporting.documents.paper.model import PeoplesText
from equipoise.reporting.write import write_text

TEXTS_FILE = "text.yaml"
_HEAD = (
    "# Texts of people for the documents of this trial, by key. Documents are made anew from the\n"
    "# protocol and the results; what stands here is put in and never changed by them.\n"
)
_OWNERS = ("protocol", "sap", "abstract", "plain")  # documents that ask for texts
_LONGEST = 5_000_000  # characters


def read_texts(folder: str | Path) -> dict[str, str]:
    """The texts of FOLDER/text.yaml by key; none where there is no such file.

    Raises   InputError if it is no mapping of keys to texts.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    path = Path(folder) / TEXTS_FILE
    if not path.is_file():
        return {}
    try:
        text = path.read_text("utf-8")
        if len(text) > _LONGEST:
            raise InputError(f"{path}: expected at most {_LONGEST} characters")
        found = YAML(typ="safe", pure=True).load(text) or {}
    except (YAMLError, UnicodeDecodeError) as problem:
        told = " ".join(str(problem).split())[:200]
        raise InputError(f"{path}: cannot be read as YAML: {told}") from None
    if not isinstance(found, dict):
        raise InputError(f"{path}: found {type(found).__name__}, expected keys with texts")
    return {str(key): _text(path, key, value) for key, value in found.items()}


def _text(path: Path, key: object, value: object) -> str:
    if isinstance(value, (dict, list)):
        raise InputError(f"{path}: {key}: found a {type(value).__name__}, expected a text")
    return "" if value is None else str(value).strip()


def write_texts(folder: str | Path, texts: Mapping[str, str]) -> Path:
    """FOLDER/text.yaml with these texts and those that it has under other keys."""
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import LiteralScalarString

    whole = {**read_texts(folder), **texts}
    shown = {k: LiteralScalarString(v) if "\n" in v else v for k, v in sorted(whole.items())}
    yaml, made = YAML(), io.StringIO()
    yaml.width = 96
    yaml.dump(shown, made)
    return write_text(Path(folder) / TEXTS_FILE, _HEAD + made.getvalue())


def keep_texts(edited: str | Path, folder: str | Path) -> tuple[str, ...]:
    """Put what people typed into a document's content controls into FOLDER/text.yaml.

    edited : a DOCX that `write_document` made and somebody filled in
    Returns  the keys whose text is new or another one
    Raises   InputError if it is no such document; then nothing is written.
    """
    typed = typed_in(edited)
    strange = [key for key in typed if key.partition(".")[0] not in _OWNERS]
    if strange or not typed:
        found = f"content controls {', '.join(strange)}" if strange else "no text in any control"
        known = ", ".join(f"{owner}.*" for owner in _OWNERS)
        raise InputError(f"{edited}: found {found}, expected texts with the keys {known}")
    before = read_texts(folder)
    changed = {key: text for key, text in typed.items() if before.get(key) != text}
    if changed:
        write_texts(folder, changed)
    return tuple(changed)


def to_write(texts: Mapping[str, str], key: str, asks: str, item: str = "") -> PeoplesText:
    """The text of a key, or the box that asks for it."""
    return PeoplesText(key, asks, texts.get(key, ""), item)
